import { workingDraftId } from '../../store/drafts';
import type { Attachment } from '../../store/messages';
import { ApiError } from '../api-error';
import { fileOf, numbered, withFiles } from '../attachments';
import { mayReadDraftsOf, saveWorkingDraft, setAttachments, workingDraft } from '../drafts';
import { seenEnquiry } from '../enquiry-guard';
import { downloadHeaders } from '../http/download';
import { file, nothing, ok, route, type Route } from '../http/route';
import { flag, object, text } from '../http/schema';
import { mustStandAlone } from '../merged';
import type { ApiPorts } from '../ports';
import { keepPresence } from '../presence-kept';
import { draftInput, draftShape, draftView, sendInput } from '../shapes/draft';

/** The answer an agent is writing, and its attachments. */
export const draftRoutes = (ports: ApiPorts): Route[] => [
  ...workingRoutes(ports),
  addingRoute(ports),
  ...attachmentRoutes(ports),
];

function workingRoutes(ports: ApiPorts): Route[] {
  const { expectedDigest } = sendInput;
  return [
    route({
      id: 'readDraft',
      method: 'get',
      path: '/v1/enquiries/{id}/draft',
      tag: 'enquiries',
      summary: 'Read my draft, or an empty one addressed as the answer would be',
      answers: { 200: draftShape },
      handle: async ({ caller, params }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        return ok(await draftView(ports, caller, enquiry, await workingDraft(ports, enquiry, caller.id)));
      },
    }),
    route({
      id: 'saveDraft',
      method: 'put',
      path: '/v1/enquiries/{id}/draft',
      tag: 'enquiries',
      summary: 'Save my draft; what is left out stays as it is',
      description:
        'With "expectedDigest" nothing that was written in another window meanwhile is overwritten. Our own addresses, those of a mailing list and what stands twice are left out of the recipients.',
      body: object({}, { ...draftInput, expectedDigest }),
      example: { text: 'Dear Bo, …' },
      answers: { 200: draftShape },
      errors: ['draft-unknown', 'changed-meanwhile', 'enquiry-merged'],
      handle: async ({ caller, params, body }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        mustStandAlone(enquiry);
        const draft = await saveWorkingDraft(ports, enquiry, caller.id, body);
        await keepPresence(ports, caller.id);
        return ok(await draftView(ports, caller, enquiry, draft));
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

function addingRoute(ports: ApiPorts): Route {
  const { maxBytesOut } = ports.settings;
  return route({
    id: 'addAttachment',
    method: 'post',
    path: '/v1/enquiries/{id}/draft/attachments',
    tag: 'enquiries',
    summary: 'Attach a file to my draft',
    query: object(
      { name: text({ min: 1, max: 200, description: 'File name.' }) },
      { inline: flag('A picture the text shows as "cid:" and the contentId that is answered.') },
    ),
    file: { maxBytes: maxBytesOut, description: 'The file itself, at most 25 MB with the others of the mail.' },
    answers: { 200: draftShape },
    errors: ['attachment-too-large', 'changed-meanwhile', 'enquiry-merged', 'disk-full'],
    handle: async ({ caller, params, query, request }) => {
      const enquiry = await seenEnquiry(ports, caller, params.id);
      mustStandAlone(enquiry);
      const added = await fileOf(ports, request, query);
      const add = (attachments: Attachment[]) => withFiles(attachments, [added], maxBytesOut);
      return ok(await draftView(ports, caller, enquiry, await setAttachments(ports, enquiry, caller.id, add)));
    },
  });
}

function attachmentRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'readDraftAttachment',
      method: 'get',
      path: '/v1/enquiries/{id}/draft/attachments/{number}',
      tag: 'enquiries',
      summary: 'Download a file of my draft; as supervisor of anybody’s; of an enquiry I serve a program’s',
      query: object({}, { agent: text({ max: 100, description: 'Whose draft; mine when absent.' }) }),
      answers: { 200: { contentType: 'application/octet-stream', description: 'The file.' } },
      errors: ['mail-not-here'],
      handle: async ({ caller, params, query }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        const { agent = caller.id } = query;
        const readable = agent === caller.id || mayReadDraftsOf(caller, enquiry, await store.users.get(agent));
        if (!readable) throw new ApiError('wrong-role');
        const { attachments } = await workingDraft(ports, enquiry, agent);
        const { name, type, blob } = numbered(attachments, params.number);
        return file(await store.blobs.get(blob), downloadHeaders(name, type));
      },
    }),
    route({
      id: 'removeAttachment',
      method: 'delete',
      path: '/v1/enquiries/{id}/draft/attachments/{number}',
      tag: 'enquiries',
      summary: 'Take a file off my draft; the files after it move up',
      answers: { 200: draftShape },
      errors: ['changed-meanwhile'],
      handle: async ({ caller, params }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        const draft = await setAttachments(ports, enquiry, caller.id, (attachments) => {
          const gone = numbered(attachments, params.number);
          return attachments.filter((each) => each !== gone);
        });
        return ok(await draftView(ports, caller, enquiry, draft));
      },
    }),
  ];
}
