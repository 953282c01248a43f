import type { Enquiry } from '../../store/enquiries';
import type { Attachment } from '../../store/messages';
import { ApiError, notFound } from '../api-error';
import { fileOf, numbered, withFiles } from '../attachments';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { setAttachments } from '../drafts';
import { seenEnquiry } from '../enquiry-guard';
import { downloadHeaders } from '../http/download';
import { file, ok, route, type Call, type Route } from '../http/route';
import { flag, list, named, nullable, object, text } from '../http/schema';
import type { ApiPorts } from '../ports';
import { responseShape, view } from '../shapes/standard-response';
import { language, languageOf, mustKeep, usable, valuesFor, versionFor } from '../standard-responses';

const filledShape = named(
  'FilledResponse',
  object({
    language: nullable(text()),
    subject: text({ description: 'Empty: the answer keeps its own.' }),
    html: text({ description: 'What a stranger wrote is escaped in it.' }),
    text: text(),
    findings: list(object({ variable: text(), sentence: text() }), { description: 'Places that stayed empty.' }),
    attached: list(text(), { description: 'Names of its files that are attached to my draft now.' }),
  }),
);

/** Files that go with standard responses, and how both get into an answer. */
export const responseFileRoutes = (ports: ApiPorts): Route[] => [...fileRoutes(ports), fillingRoute(ports)];

function fileRoutes(ports: ApiPorts): Route[] {
  const { store, settings } = ports;
  const path = '/v1/standard-responses/{id}/attachments' as const;
  return [
    route({
      id: 'attachToStandardResponse',
      method: 'post',
      path,
      tag: 'enquiries',
      summary: 'Add a file that goes with a standard response',
      query: object({ name: text({ min: 1, max: 200, description: 'File name.' }) }),
      file: { maxBytes: settings.maxBytesOut, description: 'The file itself, at most 25 MB with the others.' },
      answers: { 200: responseShape },
      errors: ['attachment-too-large', 'changed-meanwhile', 'disk-full'],
      handle: async (call) => {
        // Before a file is read: who may not change it uploads nothing.
        await mine(ports, call);
        const added = await fileOf(ports, call.request, call.query);
        return ok(await withAttachments(ports, call, (before) => withFiles(before, [added], settings.maxBytesOut)));
      },
    }),
    route({
      id: 'readStandardResponseAttachment',
      method: 'get',
      path: `${path}/{number}`,
      tag: 'enquiries',
      summary: 'Download a file of a standard response I may use',
      answers: { 200: { contentType: 'application/octet-stream', description: 'The file.' } },
      errors: ['mail-not-here'],
      handle: async ({ caller, params }) => {
        const { attachments = [] } = await usable(ports, caller, params.id);
        const { name, type, blob } = numbered(attachments, params.number);
        return file(await store.blobs.get(blob), downloadHeaders(name, type));
      },
    }),
    route({
      id: 'removeStandardResponseAttachment',
      method: 'delete',
      path: `${path}/{number}`,
      tag: 'enquiries',
      summary: 'Take a file off a standard response; the files after it move up',
      answers: { 200: responseShape },
      errors: ['changed-meanwhile'],
      handle: async (call) => {
        const after = await withAttachments(ports, call, (before) => {
          const gone = numbered(before, call.params.number);
          return before.filter((each) => each !== gone);
        });
        return ok(after);
      },
    }),
  ];
}

/** A response the caller may change. */
async function mine(ports: ApiPorts, { caller, params }: Pick<Call<'/{id}'>, 'caller' | 'params'>) {
  const found = await usable(ports, caller, params.id);
  mustKeep(caller, found.scope);
  return found;
}

/** Puts other files in place of those it has. Throws `changed-meanwhile`. */
async function withAttachments(
  ports: ApiPorts,
  call: Pick<Call<'/{id}'>, 'caller' | 'params' | 'request'>,
  change: (before: readonly Attachment[]) => Attachment[],
) {
  const before = await mine(ports, call);
  const attachments = change(before.attachments ?? []);
  const changes = { attachments, changedBy: call.caller.id, changedAt: ports.now() };
  const after = await ports.store.standardResponses.change(before._id, before.revision, changes);
  if (!after) throw new ApiError('changed-meanwhile');
  const what = { what: 'standard-response.change', about: before._id };
  await recordChange(ports, call, { ...what, before: view(before), after: view(after) });
  return view(after);
}

/** Attaches files to the caller's draft, each once. */
async function attach(
  ports: ApiPorts,
  { caller, enquiry }: { caller: Caller; enquiry: Enquiry },
  files: readonly Attachment[],
): Promise<void> {
  await setAttachments(ports, enquiry, caller.id, (attachments) => {
    const there = (each: Attachment): boolean =>
      attachments.some(({ blob, name }) => blob === each.blob && name === each.name);
    return withFiles(
      attachments,
      files.filter((each) => !there(each)),
      ports.settings.maxBytesOut,
    );
  });
}

function fillingRoute(ports: ApiPorts): Route {
  return route({
    id: 'fillStandardResponse',
    method: 'post',
    path: '/v1/enquiries/{id}/filled-response',
    tag: 'enquiries',
    summary: 'Fill a standard response for an enquiry, to be put into its answer',
    description:
      'In the language that is named, else in that of the contact’s newest mail, where it has such a version.',
    body: object(
      { response: text({ min: 1, max: 100, description: 'Id of the response.' }) },
      { language, attach: flag('True: its files are attached to my draft, each once.') },
    ),
    example: { response: '2c1f6f0a-0000-4000-8000-000000000000' },
    answers: { 200: filledShape },
    errors: ['attachment-too-large', 'changed-meanwhile'],
    handle: async ({ caller, params, body }) => {
      const enquiry = await seenEnquiry(ports, caller, params.id);
      const { texts: versions, attachments = [] } = await usable(ports, caller, body.response);
      const version = versionFor(versions, body.language ?? (await languageOf(ports, enquiry)));
      if (!version) throw notFound('standard response', body.response);
      const { subject, html } = version;
      const filled = ports.mail.renderTemplate(
        { subject, preview: '', html },
        await valuesFor(ports, { caller, enquiry }),
      );
      const findings = filled.findings.map(({ variable, sentence }) => ({ variable, sentence }));
      const words = ports.mail.textOfHtml(filled.html);
      const attached = body.attach ? attachments : [];
      if (attached.length > 0) await attach(ports, { caller, enquiry }, attached);
      return ok({
        language: version.language,
        subject: filled.subject,
        html: filled.html,
        text: words,
        findings,
        attached: attached.map(({ name }) => name),
      });
    },
  });
}
