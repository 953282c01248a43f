import type { Enquiry } from '../store/enquiries';
import { ApiError } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';

/**
 * Stores a note before the act that shows it: only its id travels to the run. The same key gives the same note; the
 * same key with another text is refused (`key-used-otherwise`). Gives the note's id.
 */
export const keepNoteText = async (
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  note: { caller: Caller; enquiry: Enquiry; key: string; text: string },
): Promise<string> => {
  const { caller, enquiry, text } = note;
  const at = now();
  const id = `${enquiry._id}:note:${caller.id}:${note.key}`;
  const kept = await store.messages.insert({
    _id: id,
    enquiry: enquiry._id,
    channel: enquiry.channel,
    direction: 'note',
    from: null,
    to: [],
    cc: [],
    replyTo: [],
    subject: '',
    date: at,
    at,
    text,
    newText: text,
    html: null,
    attachments: [],
    messageId: null,
    inReplyTo: [],
    references: [],
    kind: 'person',
    automatic: false,
    noAutoReply: true,
    facts: null,
    authentication: null,
    contact: null,
    ledger: null,
    outbox: null,
    author: caller.id,
    otherSender: false,
    delivery: null,
    warnings: [],
    blob: null,
    bodyBlob: null,
    v: 1,
  });
  if (!kept && (await store.messages.get(id))?.text !== text) throw new ApiError('key-used-otherwise');
  return id;
};
