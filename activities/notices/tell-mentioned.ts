import type { Ports } from '../ports';
import { nameOf } from './name-of';
import { tellStaff } from './tell-staff';

const SHOWN = 200;

/**
 * Tells those whom a note names; each once, however often it is shown. Part of showing the note, so that a crash in
 * between loses no mention.
 */
export async function tellMentioned(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { note, number }: { note: string; number: number },
): Promise<void> {
  const message = await store.messages.get(note);
  const { mentions = [], author, text = '', enquiry = null, channel = null } = message ?? {};
  if (mentions.length === 0) return;
  const who = author ? await nameOf({ store }, author) : 'Somebody';
  await tellStaff({ store }, mentions, {
    id: `${note}:mention`,
    at: now(),
    sort: 'mention',
    text: `${who} mentions you in enquiry ${number}: ${text.slice(0, SHOWN)}`,
    enquiry,
    channel,
  });
}
