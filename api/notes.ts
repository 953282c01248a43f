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
  const id = `${enquiry._id}:note:${caller.id}:${note.key}`;
  const { _id: enquiryId, channel } = enquiry;
  const kept = await store.messages.insertNote({
    _id: id,
    enquiry: enquiryId,
    channel,
    author: caller.id,
    text,
    at: now(),
  });
  if (!kept && (await store.messages.get(id))?.text !== text) throw new ApiError('key-used-otherwise');
  return id;
};
