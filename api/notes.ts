import { isDeepStrictEqual } from 'node:util';
import type { Enquiry } from '../store/enquiries';
import { writtenByUser } from '../store/written-by';
import { ApiError } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';

/**
 * Stores a note before the act that shows it: only its id travels to the run. The same key gives the same note; the
 * same key with another text is refused (`key-used-otherwise`). Whom it names is told by whoever shows it. Gives the note's
 * id.
 */
export const keepNoteText = async (
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  note: { caller: Caller; enquiry: Enquiry; key: string; text: string; mentions?: readonly string[] },
): Promise<string> => {
  const { caller, enquiry, text } = note;
  const mentions = [...new Set(note.mentions)];
  const id = `${enquiry._id}:note:${caller.id}:${note.key}`;
  const { _id: enquiryId, channel } = enquiry;
  const kept = await store.messages.insertNote({
    _id: id,
    enquiry: enquiryId,
    channel,
    author: caller.id,
    writtenBy: writtenByUser(caller),
    text,
    ...(mentions.length > 0 ? { mentions } : {}),
    at: now(),
  });
  if (!kept) {
    const before = await store.messages.get(id);
    const same = before?.text === text && isDeepStrictEqual(before.mentions ?? [], mentions);
    if (!same) throw new ApiError('key-used-otherwise');
  }
  return id;
};
