import { ApiError } from '../api-error';
import { numbered } from '../attachments';
import { seenEnquiry, seenMessage } from '../enquiry-guard';
import { pageBySkip, skipOf } from '../http/cursor';
import { downloadHeaders } from '../http/download';
import { file, ok, route, type Route } from '../http/route';
import { object, page, text, whole } from '../http/schema';
import type { ApiPorts } from '../ports';
import { receivedMail } from '../received-mail';
import { messageShape, messageView } from '../shapes/message';

/** Messages, their attachments and raw bytes, all with the rights of the enquiry they belong to. */
export const messageRoutes = (ports: ApiPorts): Route[] => [
  ...listRoutes(ports),
  route({
    id: 'readMessage',
    method: 'get',
    path: '/v1/messages/{id}',
    tag: 'enquiries',
    summary: 'Read one message',
    answers: { 200: messageShape },
    handle: async ({ caller, params }) => ok(messageView(await seenMessage(ports, caller, params.id))),
  }),
  route({
    id: 'readAttachment',
    method: 'get',
    path: '/v1/messages/{id}/attachments/{number}',
    tag: 'enquiries',
    summary: 'Download an attachment',
    description: 'Always a download; what a browser could run comes as application/octet-stream.',
    answers: { 200: { contentType: 'application/octet-stream', description: 'The file.' } },
    errors: ['mail-not-here'],
    handle: async ({ caller, params }) => {
      const message = await seenMessage(ports, caller, params.id);
      const attachment = numbered(message.attachments, params.number);
      const headers = downloadHeaders(attachment.name, attachment.type);
      return file(await ports.store.blobs.get(attachment.blob), headers);
    },
  }),
  route({
    id: 'readRawMessage',
    method: 'get',
    path: '/v1/messages/{id}/raw',
    tag: 'enquiries',
    summary: 'Download a mail as it travelled (.eml)',
    description: 'Mail taken in by SMTP begins with the Received line Ringpost wrote for it.',
    answers: { 200: { contentType: 'message/rfc822', description: 'The raw mail.' } },
    errors: ['mail-not-here'],
    handle: async ({ caller, params }) => {
      const message = await seenMessage(ports, caller, params.id);
      if (message.blob === null) throw new ApiError('not-found', 'This message never travelled as a mail.');
      const headers = downloadHeaders('message.eml', 'message/rfc822');
      const entry = message.ledger === null ? null : await ports.store.ledger.get(message.ledger);
      const raw = entry ? receivedMail(ports.store, entry) : ports.store.blobs.get(message.blob);
      return file(await raw, headers);
    },
  }),
];

function listRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listMessages',
      method: 'get',
      path: '/v1/enquiries/{id}/messages',
      tag: 'enquiries',
      summary: 'List mails and notes of an enquiry, oldest first',
      query: object({}, { limit: whole({ min: 1, max: 200 }), cursor: text({ max: 200 }) }),
      answers: { 200: page('MessagePage', messageShape) },
      errors: ['wrong-cursor', 'mail-not-here'],
      handle: async ({ caller, params, query }) => {
        const { limit = 100 } = query;
        const skip = skipOf(query.cursor);
        // What came with a merged enquiry stands among the others by when it came.
        const { mail: kept } = await seenEnquiry(ports, caller, params.id);
        const mail = kept.toSorted((one, other) => one.at.getTime() - other.at.getTime());
        const { items, next } = pageBySkip(mail.slice(skip, skip + limit + 1), limit, skip);
        const messages = await store.messages.getMany(items.map(({ message }) => message));
        return ok({ items: messages.map(messageView), next });
      },
    }),
  ];
}
