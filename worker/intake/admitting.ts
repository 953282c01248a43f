import { revisionFor } from '../../flows';
import type { ThreadLookups } from '../../mail/thread-keys';
import type { Enquiry, PinnedFlow } from '../../store/enquiries';
import type { Settlement } from '../../store/ledger';
import type { Arrival } from './arrival';
import { joiningOf, type Joining } from './closed-thread';
import { copyOf, hold } from './copies';
import { heldByChannel } from './held-by-channel';
import type { JudgePorts } from './judge-ports';
import { claimKeys, holderOf, holdingKey, isVariant, type MailKeys } from './mail-keys';
import { joinEnquiry, startEnquiry } from './placing';
import { findThread, type Thread } from './thread';

/** How often a mail looks again because another was faster; each time it knows more, so this is never reached. */
const mostLooks = 25;

/**
 * Lets a mail in: finds its thread, claims it, and starts or joins an enquiry. When the claim shows that another mail of
 * the thread was faster, it looks again with what it knows now.
 */
export async function admit(
  ports: JudgePorts,
  arrival: Arrival,
  keys: MailKeys,
  lookups: ThreadLookups,
): Promise<Settlement> {
  const enquiryOf = async (ledgerId: string) => (await ports.first(ledgerId, false))?.enquiry ?? null;
  const isForged = async () => (await ports.origin).dmarc === 'fail';
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const thread = await findThread({ ...ports, enquiryOf, isForged }, arrival, keys, lookups);
    const joining = thread.joins ? await joiningOf({ ...ports, enquiryOf }, arrival, thread) : null;
    const target = joining && joining.kind !== 'new' ? joining.enquiry._id : arrival.ownEnquiry;
    const opening = target === arrival.ownEnquiry ? await openingOf(ports, arrival, keys) : null;
    if (opening && 'held' in opening) {
      return (await hold(ports, arrival, keys)) ?? { verdict: 'held', reason: opening.held };
    }
    const guesses = thread.joins === null && thread.links.length === 0 ? foreignIds(lookups) : [];
    const learned = await claimKeys(ports, arrival, keys, { enquiry: target, guesses });
    const copy = await copyOf(ports, arrival, keys);
    if (copy) return copy;
    if (learned || holderOf(arrival, keys) === null) continue;
    const warnings = isVariant(arrival, keys) ? ['Another mail came with the same Message-ID and other content.'] : [];
    return place(ports, { arrival, keys, thread, joining, opening, warnings });
  }
  throw new Error(`${arrival.entry._id} found no end of mails that were faster.`);
}

interface Found {
  arrival: Arrival;
  keys: MailKeys;
  thread: Thread;
  joining: Joining | null;
  opening: { flow: PinnedFlow } | null;
  warnings: string[];
}

function place(ports: JudgePorts, found: Found): Promise<Settlement> {
  const { arrival, keys, thread, joining, opening, warnings } = found;
  const { links } = thread;
  if (opening) {
    const after = joining?.kind === 'new' ? joining.after : null;
    return startEnquiry(ports, { arrival, keys, warnings, flow: opening.flow, links: unique(after, links), thread });
  }
  if (!thread.joins || !joining || joining.kind === 'new') throw new Error('A mail that joins needs an enquiry.');
  return joinEnquiry(ports, { arrival, keys, warnings, links, thread, joining });
}

function unique(after: Enquiry | null, links: string[]): string[] {
  return [...new Set([...(after ? [after._id] : []), ...links])];
}

function foreignIds({ lookups }: ThreadLookups): string[] {
  return lookups.flatMap((one) => ('messageId' in one && one.own === null ? [one.messageId] : []));
}

/** The flow a new enquiry is pinned to; or why none may start now. One that was opened before goes on. */
async function openingOf(
  { store, startRate, now, settings }: JudgePorts,
  arrival: Arrival,
  keys: MailKeys,
): Promise<{ flow: PinnedFlow } | { held: string }> {
  const { channel, entry, ownEnquiry, released } = arrival;
  const mine = holdingKey(arrival, keys);
  const before = mine?.by === entry._id && mine.enquiry === ownEnquiry;
  const opened = before ? await store.enquiries.get(ownEnquiry) : null;
  if (opened) return { flow: opened.flow };
  const live = channel.flow;
  const published = live && (await store.flows.revision(live.id, revisionFor(live, ownEnquiry)));
  if (!published) return { held: heldByChannel.noFlow };
  const limit = Math.min(channel.startsPerMinute, settings.mostStartsPerMinute);
  const start = { channel: channel._id, enquiry: ownEnquiry, limit, now: now() };
  if (!before && released !== 'held' && !startRate.allows(start)) return { held: 'too many new enquiries in a minute' };
  const { flow: id, revision, sha256 } = published;
  return { flow: { id, revision, sha256, settings: channel.settings, defaults: settings.flowDefaults } };
}
