import type { LoadedEnquiry } from '../../store/enquiries';
import type { OutboxDue, OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';
import { tellStaff } from '../notices/tell-staff';
import { mirrorDelivery } from './mirror-delivery';

/** Why an answer that was to leave later does not leave. */
const NEWER_MAIL = 'the contact wrote after this answer was written';
const SPAM = 'the enquiry was marked as spam after this answer was written';

/**
 * Holds answers that were to leave later when the contact has written since, or the enquiry is spam by now: what they say
 * may be wrong. Gives the mails that may go; the author is told of the others, once each time.
 */
export async function heedNewerMail(ports: Ports, due: readonly OutboxDue[]): Promise<OutboxDue[]> {
  const free: OutboxDue[] = [];
  for (const each of due) if (!each.later || !(await isHeld(ports, each))) free.push(each);
  return free;
}

async function isHeld(ports: Ports, { _id }: OutboxDue): Promise<boolean> {
  const { store } = ports;
  const entry = await store.outbox.get(_id);
  if (entry?.state !== 'queued' || entry.kind !== 'reply') return false;
  const enquiry = entry.enquiry === null ? null : await store.enquiries.load(entry.enquiry);
  const { queuedAt, lookedAt = queuedAt } = entry;
  const isSpam = (enquiry?.state?.spam?.at ?? 0) > lookedAt.getTime();
  if (!isSpam && !(await cameSince(ports, lookedAt, enquiry))) return false;
  const held = await store.outbox.hold(_id, isSpam ? SPAM : NEWER_MAIL);
  if (!held) return false;
  await mirrorDelivery(ports, held);
  await tell(ports, held, isSpam ? 'the enquiry was marked as spam' : 'the contact has written since');
  return true;
}

async function cameSince({ store }: Ports, lookedAt: Date, enquiry: LoadedEnquiry | null): Promise<boolean> {
  const into = enquiry?.state?.merged?.into;
  const elder = into === undefined ? null : await store.enquiries.load(into);
  const all = [...(enquiry?.mail ?? []), ...(elder?.mail ?? [])];
  const since = all.filter(({ at, direction, side }) => direction === 'in' && side === undefined && at > lookedAt);
  return since.length > 0 && (await store.messages.lettersAfter(since, null)).length > 0;
}

async function tell(ports: Ports, entry: OutboxEntry, why: string): Promise<void> {
  const { store, now } = ports;
  const { _id, author, enquiry, channel, lookedAt, queuedAt } = entry;
  const id = `held:${_id}:${(lookedAt ?? queuedAt).getTime()}`;
  const text = `An answer you wanted to leave later is held: ${why}. Look at the enquiry, then let it go, change it, or take it back.`;
  await tellStaff(ports, [author], { id, at: now(), sort: 'mail-held', text, enquiry, channel });
  if (enquiry !== null) store.hints.tell({ about: 'enquiry', id: enquiry, channel });
}
