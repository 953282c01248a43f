import type { Draft } from '../../store/drafts';
import { replyUpdate } from '../../workflows/messages';
import { ApiError, notFound } from '../api-error';
import { draftToSend, draftToSendId, saveWorkingDraft, setAttachments, workingDraft, workingDraftId } from '../drafts';
import { actAnswers, actErrors, createEnquiryActs, refusal } from '../enquiry-acts';
import { seenEnquiry } from '../enquiry-guard';
import { recipientWarnings } from '../recipient-warnings';
import { readFile } from '../http/read-file';
import { nothing, ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, text, whole, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { address, headerLine, iso } from '../shapes/basics';
import { seenAct } from '../wanted-act';

const recipients = list(address('Recipient.'), { max: 100 });
const content = {
  html: nullable(text({ max: 500_000, description: 'Sanitised before it is stored.' })),
  text: text({ max: 500_000 }),
  to: recipients,
  cc: recipients,
  bcc: recipients,
  subject: headerLine(500),
};
const expectedDigest = text({ max: 64, description: '"digest" of the draft this was written on.' });
const draftShape = named(
  'Draft',
  object({
    ...content,
    attachments: list(object({ number: whole(), name: text(), type: text(), bytes: whole() })),
    savedAt: instant('When it was saved; now for one that was not.'),
    digest: text({ description: 'Of all of it; changes with each change.' }),
    warnings: list(text(), {
      description: 'What you should know of the recipients, such as that mail to one came back.',
    }),
  }),
);

const view = async (ports: ApiPorts, draft: Draft): Promise<TypeOf<typeof draftShape>> => ({
  ...contentView(draft),
  warnings: await recipientWarnings(ports, draft),
});

const contentView = ({
  html,
  text,
  to,
  cc,
  bcc,
  subject,
  attachments,
  savedAt,
  digest,
}: Draft): Omit<TypeOf<typeof draftShape>, 'warnings'> => ({
  html,
  text,
  to,
  cc,
  bcc,
  subject,
  attachments: attachments.map(({ name, type, bytes }, number) => ({ number, name, type, bytes })),
  savedAt: iso(savedAt),
  digest,
});

/** The answer an agent is writing, its attachments, and sending it. */
export const draftRoutes = (ports: ApiPorts): Route[] => [
  ...workingRoutes(ports),
  ...attachmentRoutes(ports),
  replyRoute(ports),
];

function workingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'readDraft',
      method: 'get',
      path: '/v1/enquiries/{id}/draft',
      tag: 'enquiries',
      summary: 'Read my draft, or an empty one addressed as the answer would be',
      answers: { 200: draftShape },
      handle: async ({ caller, params }) =>
        ok(await view(ports, await workingDraft(ports, await seenEnquiry(ports, caller, params.id), caller.id))),
    }),
    route({
      id: 'saveDraft',
      method: 'put',
      path: '/v1/enquiries/{id}/draft',
      tag: 'enquiries',
      summary: 'Save my draft; what is left out stays as it is',
      description: 'With "expectedDigest" nothing that was written in another window meanwhile is overwritten.',
      body: object({}, { ...content, expectedDigest }),
      example: { text: 'Dear Bo, …' },
      answers: { 200: draftShape },
      errors: ['draft-unknown', 'changed-meanwhile'],
      handle: async ({ caller, params, body }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        return ok(await view(ports, await saveWorkingDraft(ports, enquiry, caller.id, body)));
      },
    }),
    route({
      id: 'deleteDraft',
      method: 'delete',
      path: '/v1/enquiries/{id}/draft',
      tag: 'enquiries',
      summary: 'Throw my draft away',
      answers: { 204: 'nothing' },
      handle: async ({ caller, params }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        await ports.store.drafts.discard(workingDraftId(enquiry._id, caller.id), caller.id);
        return nothing();
      },
    }),
  ];
}

function attachmentRoutes(ports: ApiPorts): Route[] {
  const { store, mail, settings } = ports;
  const { maxBytesOut } = settings;
  return [
    route({
      id: 'addAttachment',
      method: 'post',
      path: '/v1/enquiries/{id}/draft/attachments',
      tag: 'enquiries',
      summary: 'Attach a file to my draft',
      query: object({ name: text({ min: 1, max: 200, description: 'File name.' }) }),
      file: { maxBytes: maxBytesOut, description: 'The file itself, at most 25 MB with the others of the mail.' },
      answers: { 200: draftShape },
      errors: ['attachment-too-large', 'draft-unknown', 'disk-full'],
      handle: async ({ caller, params, query, request }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        const file = await readFile(request, maxBytesOut);
        const name = mail.safeFileName(query.name);
        const type = mail.fileType(file, (request.get('content-type') ?? '').split(';')[0]?.trim() ?? '', name);
        const { sha256: blob, bytes } = await store.blobs.put(file);
        const draft = await setAttachments(ports, enquiry, caller.id, (attachments) => {
          const all = [...attachments, { name, type, bytes, blob, inline: false, contentId: null }];
          if (all.reduce((sum, each) => sum + each.bytes, 0) > maxBytesOut) throw new ApiError('attachment-too-large');
          return all;
        });
        return ok(await view(ports, draft));
      },
    }),
    route({
      id: 'removeAttachment',
      method: 'delete',
      path: '/v1/enquiries/{id}/draft/attachments/{number}',
      tag: 'enquiries',
      summary: 'Take a file off my draft; the files after it move up',
      answers: { 200: draftShape },
      errors: ['draft-unknown'],
      handle: async ({ caller, params }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        const draft = await setAttachments(ports, enquiry, caller.id, (attachments) => {
          if (!attachments.some((_, number) => String(number) === params.number))
            throw notFound('attachment', params.number);
          return attachments.filter((_, number) => String(number) !== params.number);
        });
        return ok(await view(ports, draft));
      },
    }),
  ];
}

function replyRoute(ports: ApiPorts): Route {
  const { store } = ports;
  const acts = createEnquiryActs(ports);
  return route({
    id: 'reply',
    method: 'post',
    path: '/v1/enquiries/{id}/replies',
    tag: 'enquiries',
    summary: 'Answer the contact',
    description:
      'Sends what is in the body; what it leaves out comes from my draft, then from the mail that is answered (recipients: Reply-To or sender, everybody else in Cc). Attachments come from my draft. Leaves after the undo time, or at "sendAfter"; until then it can be discarded; "detail.outbox" tells where to look.',
    body: object({}, { ...content, sendAfter: instant('Send later: not before this moment.'), expectedDigest }),
    example: { text: 'Dear Bo,\n\nyour invoice is attached.\n\nAnn' },
    answers: actAnswers,
    errors: ['not-assigned', 'draft-unknown', 'changed-meanwhile', ...actErrors],
    handle: async (call) => {
      const { caller, key, body } = call;
      const wanted = await seenAct(ports, { caller, id: call.params.id, kind: 'reply', key }, body);
      const { enquiry } = wanted;
      const reply = await acts.perform(wanted, {
        update: replyUpdate,
        guard: async () => {
          const { assignee } = enquiry;
          if (assignee === caller.id) return;
          throw await refusal(ports, {
            ok: false,
            code: 'not-assigned',
            ...(assignee === null ? {} : { by: assignee }),
          });
        },
        input: async () => {
          const { _id: draft, digest } = await draftToSend(ports, { caller, enquiry, key, change: body });
          return { draft, digest };
        },
      });
      if (reply.status !== 200) return reply;
      await store.drafts.discard(workingDraftId(enquiry._id, caller.id), caller.id);
      const sent = await store.drafts.get(draftToSendId(enquiry._id, caller.id, key));
      const warnings = sent ? await recipientWarnings(ports, sent) : [];
      return warnings.length > 0 ? { ...reply, body: { ...reply.body, warnings } } : reply;
    },
  });
}
