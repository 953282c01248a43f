import { closedReplyVerdict, linkPublished } from '../../flows';
import type { Enquiry } from '../../store/enquiries';
import { threadKeyId } from '../../store/thread-keys';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';
import type { Thread } from './thread';

/** What becomes of a mail that belongs to an enquiry. `new`: its thread goes on in the enquiry this mail starts. */
export type Joining = { kind: 'join' | 'refuse'; enquiry: Enquiry } | { kind: 'new'; after: Enquiry };

/** What following a closed thread needs beside the ports. */
export interface ClosedThreadPorts extends Pick<IntakePorts, 'store' | 'now'> {
  enquiryOf: (ledgerId: string) => Promise<string | null>;
}

/** Enquiries that may follow one another in a thread before we stop looking for its end. */
const longestChain = 50;

/**
 * Asks the flow an enquiry is pinned to what its `closedReply` says, and follows a thread that has gone on elsewhere. Of
 * mails that race to carry on one thread exactly one does; the others join the enquiry it starts.
 */
export async function joiningOf(
  ports: ClosedThreadPorts,
  arrival: Arrival,
  thread: Extract<Thread, { joins: Enquiry }>,
): Promise<Joining> {
  let enquiry = thread.joins;
  // Nobody is rung for a side thread: it stays with the enquiry it is about.
  if (thread.side !== null) return { kind: 'join', enquiry };
  // Its run closed before the mail reached it, and turned the mail away; the store may not know of the close yet.
  const turnedAwayBy = arrival.released === 'joined' ? arrival.entry.history.at(-1)?.enquiry : null;
  for (let hops = 0; hops < longestChain; hops += 1) {
    // Its run hands on to the elder one whatever comes.
    if (enquiry.state?.merged) return { kind: 'join', enquiry };
    const turnedAway = enquiry._id === turnedAwayBy;
    if (enquiry.closedAt === null && !turnedAway) return { kind: 'join', enquiry };
    // Whoever answers in a thread that is spam is kept there; a person may say that it is none.
    if (enquiry.state?.spam && !turnedAway) return { kind: 'join', enquiry };
    const anew = turnedAway || arrival.released === 'refused';
    const verdict = anew ? 'new' : await closedReplyOf(ports, enquiry);
    if (verdict === 'refuse') return { kind: 'refuse', enquiry };
    // No person wrote: it is shown where it belongs, and neither reopens nor starts anything (email.md T12).
    if (verdict === 'reopen' || arrival.classification.automatic) return { kind: 'join', enquiry };
    const next = await carryOn(ports, arrival, enquiry);
    if (next === null) return { kind: 'new', after: enquiry };
    enquiry = next;
  }
  return { kind: 'join', enquiry };
}

async function closedReplyOf(ports: ClosedThreadPorts, enquiry: Enquiry): Promise<'reopen' | 'new' | 'refuse'> {
  const { id, revision, settings, defaults } = enquiry.flow;
  const published = await ports.store.flows.revision(id, revision);
  if (!published || enquiry.closedAt === null) return 'new';
  const flow = await linkPublished(published, ports.store.flows.revision);
  const [closedAt, now] = [enquiry.closedAt.getTime(), ports.now().getTime()];
  return closedReplyVerdict(flow, settings, closedAt, now, defaults).verdict;
}

/** Takes the thread of a closed enquiry on, or answers the enquiry of who did; null: this mail does. */
async function carryOn(ports: ClosedThreadPorts, arrival: Arrival, closed: Enquiry): Promise<Enquiry | null> {
  const { store } = ports;
  const { entry, channel, ownEnquiry } = arrival;
  const _id = threadKeyId(channel._id, `after ${closed._id}`);
  const wanted = { _id, enquiry: ownEnquiry, guess: false, by: entry._id, contentHash: null, v: 1 };
  const [claimed] = await store.threadKeys.claim([wanted]);
  if (!claimed || claimed.mine) return null;
  const { enquiry, by } = claimed.key;
  const there = await store.enquiries.get(enquiry);
  if (there) return there;
  const settled = await ports.enquiryOf(by);
  const next = settled === null ? null : await store.enquiries.get(settled);
  if (next) return next;
  // Whoever took it on came to nothing (his channel was switched off meanwhile): the thread is free again.
  return (await store.threadKeys.move(_id, enquiry, ownEnquiry)) ? null : carryOn(ports, arrival, closed);
}
