import type { EnquiryState } from '../../flows';
import type { OutboxDue, OutboxEntry } from '../../store/outbox';
import type { Ports } from '../ports';
import { mirrorDelivery } from './mirror-delivery';

/**
 * Keeps back what a flow wrote and is no longer true when it is due: the notice of a close that did not last, the warning
 * of a close for silence when somebody has written. It waited for its undo time, or was held. Gives the mails that may go.
 */
export async function heedCourse(ports: Ports, due: readonly OutboxDue[]): Promise<OutboxDue[]> {
  const free: OutboxDue[] = [];
  for (const each of due) if (!(await isKeptBack(ports, each))) free.push(each);
  return free;
}

async function isKeptBack(ports: Ports, { _id, kind }: OutboxDue): Promise<boolean> {
  const { store, now } = ports;
  const why = reasons[kind];
  const entry = why ? await store.outbox.get(_id) : null;
  const state = entry?.enquiry ? (await store.enquiries.load(entry.enquiry))?.state : null;
  const because = entry && state && isOlder(entry, state) ? why?.(state, _id) : null;
  if (!because) return false;
  const discarded = await store.outbox.discard(_id, now(), because);
  if (discarded) await mirrorDelivery(ports, discarded);
  return discarded !== null;
}

/** The step that asked for it is part of what stands recorded; before that nothing is known of what it led to. */
const isOlder = ({ _id }: OutboxEntry, { seq }: EnquiryState): boolean =>
  Number(_id.slice(_id.lastIndexOf(':') + 1)) <= seq;

/** Why mail of a kind is no longer true; null: it is. */
const reasons: Partial<Record<OutboxDue['kind'], (state: EnquiryState, id: string) => string | null>> = {
  'close-notice': ({ status, merged, undo }, id) => {
    if (merged) return 'the enquiry was merged before the notice of its close left';
    // Closed once more, it has another notice.
    const lasts = status === 'closed' && (undo?.mail ?? id) === id;
    return lasts ? null : 'the enquiry was opened again before the notice of its close left';
  },
  'idle-warning': ({ status, awaiting }) => {
    if (status === 'closed') return 'the enquiry was closed before this warning left';
    return awaiting === 'agent' ? 'it was the turn of an agent again before this warning left' : null;
  },
};
