import { readThreadName } from '../../mail/side-threads';
import type { ThreadLookups } from '../../mail/thread-keys';
import type { Enquiry } from '../../store/enquiries';
import { threadKeyId, type ThreadKey } from '../../store/thread-keys';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';
import { holdingKey, isOfThisMail, type MailKeys } from './mail-keys';
import { isParticipant } from './participants';
import { sideOf } from './side-of';

/** Something in the mail that names an enquiry. */
interface Hit {
  /** For the ledger: which step hit (email.md T1). */
  step: string;
  enquiry: string;
  /** Side thread that an id of ours names; null: the contact's own, or nothing is said of it. */
  side: string | null;
  /** Named by an id of ours, which only who had our mail can know. */
  ours: boolean;
  key: ThreadKey | null;
}

/** Where a mail belongs. `links`: enquiries it has to do with and does not belong to. */
export type Thread =
  | { joins: null; links: string[] }
  | {
      joins: Enquiry;
      step: string;
      /** Side thread of the enquiry; null: the contact's own. */
      side: string | null;
      ours: boolean;
      participant: boolean;
      key: ThreadKey | null;
      links: string[];
    };

/** What finding a thread needs beside the ports. */
export interface ThreadPorts extends Pick<IntakePorts, 'store'> {
  /** Settles another delivery first; the enquiry its mail came to, or null. */
  enquiryOf: (ledgerId: string) => Promise<string | null>;
  /** Whether what the mail says of its sender is known to be forged (DMARC failed). */
  isForged: () => Promise<boolean>;
}

const mostLinks = 5;

/**
 * Finds the enquiry a mail belongs to: the first hit that fits, in the order of email.md T1. A hit fits when it is ours or
 * when the sender is a participant. An enquiry that is not opened yet is waited for: its mail is settled first.
 */
export async function findThread(
  ports: ThreadPorts,
  arrival: Arrival,
  keys: MailKeys,
  lookups: ThreadLookups,
): Promise<Thread> {
  const hits = hitsOf(arrival, keys, lookups);
  const found = new Map<string, Enquiry>();
  const named = [...new Set(hits.map((hit) => hit.enquiry))];
  for (const enquiry of await ports.store.enquiries.getMany(named)) found.set(enquiry._id, enquiry);

  let joins: Extract<Thread, { joins: Enquiry }> | null = null;
  const links = new Set<string>();
  for (const hit of hits) {
    const enquiry = found.get(hit.enquiry) ?? (await openedLater(ports, arrival, hit));
    if (!enquiry) continue;
    found.set(hit.enquiry, enquiry);
    links.add(enquiry._id);
    if (joins || !isAt(enquiry, arrival)) continue;
    const forged = await ports.isForged();
    const side = await sideOf(ports, arrival, { enquiry, hit, forged });
    const participant = side === null && !forged && (await isParticipant(ports, enquiry, arrival));
    if (hit.ours || participant || side !== null) {
      joins = { joins: enquiry, step: hit.step, side, ours: hit.ours, participant, key: hit.key, links: [] };
    }
  }
  joins ??= await taggedThread(ports, arrival, lookups);
  if (joins) links.delete(joins.joins._id);
  return { ...(joins ?? { joins: null }), links: [...links].slice(0, mostLinks) };
}

/** Mail of an enquiry comes to its own channel, and to those its answers left from; elsewhere it is another matter (T4). */
function isAt({ channel, answeredFrom = [] }: Enquiry, arrival: Arrival): boolean {
  return channel === arrival.channel._id || answeredFrom.includes(arrival.channel._id);
}

function hitsOf(arrival: Arrival, keys: MailKeys, { lookups }: ThreadLookups): Hit[] {
  const { known, own } = keys;
  const keyOf = (messageId: string): ThreadKey | undefined => known.get(threadKeyId(arrival.channel._id, messageId));
  const hits = lookups.flatMap((one): Hit[] => {
    if ('enquiryId' in one) return [{ step: one.step, ...readThreadName(one.enquiryId), ours: true, key: null }];
    if (!('messageId' in one)) return [];
    const key = keyOf(one.messageId);
    // A guess of our own tells nothing; a mail that is only held belongs to no enquiry.
    if (!key || key.enquiry === '' || isOfThisMail(arrival, key)) return [];
    const side = one.own === null ? null : readThreadName(one.own).side;
    return [{ step: one.step, enquiry: key.enquiry, side, ours: one.own !== null, key }];
  });
  // The answer came before its parent, or an earlier run of ours had decided.
  const mine = holdingKey(arrival, keys) ?? known.get(own);
  if (
    mine &&
    (mine.guess || mine.by === arrival.entry._id) &&
    mine.enquiry !== '' &&
    mine.enquiry !== arrival.ownEnquiry
  ) {
    hits.push({ step: 'message-id', enquiry: mine.enquiry, side: null, ours: false, key: mine });
  }
  return hits;
}

/** The number in the subject, which anybody can guess: the last resort, and for participants only. */
async function taggedThread(
  ports: ThreadPorts,
  arrival: Arrival,
  { lookups }: ThreadLookups,
): Promise<Extract<Thread, { joins: Enquiry }> | null> {
  const tag = lookups.find((one) => one.step === 'subject-tag');
  const enquiry = tag ? await ports.store.enquiries.byNumber(tag.number) : null;
  if (!enquiry || !isAt(enquiry, arrival) || (await ports.isForged())) return null;
  if (!(await isParticipant(ports, enquiry, arrival))) return null;
  return { joins: enquiry, step: 'subject-tag', side: null, ours: false, participant: true, key: null, links: [] };
}

/** The enquiry of a mail that is being settled elsewhere, or whose settling broke off: it is settled first. */
async function openedLater(ports: ThreadPorts, arrival: Arrival, { key }: Hit): Promise<Enquiry | null> {
  if (!key || key.by === arrival.entry._id) return null;
  const enquiry = await ports.enquiryOf(key.by);
  return enquiry === null ? null : ports.store.enquiries.get(enquiry);
}
