import { addressKey } from '../../mail/addresses';
import { threadLookups, type ThreadLookups } from '../../mail/thread-keys';
import type { BlocklistEntry } from '../../store/blocklist';
import type { Settlement } from '../../store/ledger';
import { admit } from './admitting';
import type { Arrival } from './arrival';
import { takeReport } from './delivery-report';
import { copyOf, hold } from './copies';
import type { JudgePorts } from './judge-ports';
import { heldByChannel } from './held-by-channel';
import { keepMessage } from './kept-message';
import { holdingKey, readKeys, type MailKeys } from './mail-keys';
import { isOwn, isProbe } from './own-mail';

/** The list that refuses senders on every channel; a channel's own list bears its id. */
const globalList = 'global';

/** Finds the verdict of a mail that could be read, and does what it says. The order is the order of design 2. */
export async function judge(ports: JudgePorts, arrival: Arrival): Promise<Settlement> {
  if (isProbe(arrival, ports.mailSecret)) return { verdict: 'probe', reason: null };
  if (await isOwn(ports, arrival)) return { verdict: 'own', reason: null };

  const lookups = lookupsOf(ports, arrival);
  const [keys, refusedBy] = await Promise.all([readKeys(ports, arrival, lookups), blocklistEntry(ports, arrival)]);
  const copy = await copyOf(ports, arrival, keys);
  if (copy) return copy;
  if (refusedBy && !isAdmitted(arrival, keys)) {
    const held = await hold(ports, arrival, keys);
    if (held) return held;
    await ports.store.blocklist.countHit(refusedBy._id);
    return { verdict: 'blocked', reason: `by ${refusedBy._id}` };
  }
  if (arrival.entry.source.history) return (await hold(ports, arrival, keys)) ?? keepAsHistory(ports, arrival);
  const { kind } = arrival.classification;
  if (kind === 'bounce' || kind === 'report') {
    return (await hold(ports, arrival, keys)) ?? takeReport(ports, arrival);
  }
  if (!arrival.channel.enabled && !isAdmitted(arrival, keys)) {
    return (await hold(ports, arrival, keys)) ?? { verdict: 'held', reason: heldByChannel.off };
  }
  return admit(ports, arrival, keys, lookups);
}

/** An imported mail is shown with its contact; nobody is rung for it, and no answer to it joins anything. */
async function keepAsHistory(ports: JudgePorts, arrival: Arrival): Promise<Settlement> {
  const placement = { enquiry: null, participant: true, origin: await ports.origin, warnings: [] };
  const { _id: message } = await keepMessage(ports, arrival, placement);
  return { verdict: 'history', reason: null, message };
}

/** An earlier run of this delivery has let it in: no switch that was turned since can keep it back half-way. */
function isAdmitted(arrival: Arrival, keys: MailKeys): boolean {
  const key = holdingKey(arrival, keys);
  return key?.by === arrival.entry._id && key.enquiry !== '';
}

function lookupsOf({ mailSecret, log }: JudgePorts, { mail, entry, channel }: Arrival): ThreadLookups {
  const { from, to } = entry.source.envelope;
  const addresses = [channel.address, ...channel.aliases, ...(channel.publicAddress ? [channel.publicAddress] : [])];
  const lookups = threadLookups(mail, { from, to }, addresses, mailSecret);
  if (lookups.refused.length > 0) {
    const forged = lookups.refused.length;
    log({ level: 'warn', msg: 'A mail names ids that look like ours but are not.', ledgerId: entry._id, forged });
  }
  return lookups;
}

/** Asked for every mail, first or reply; a person who releases a blocked mail overrules the list for this one. */
async function blocklistEntry({ store }: JudgePorts, arrival: Arrival): Promise<BlocklistEntry | null> {
  const { channel, mail, sender, released } = arrival;
  if (released === 'blocked') return null;
  const lists = [globalList, ...(channel.blocklistOn ? [channel._id] : [])];
  const named = [...mail.from.slice(0, 5).map(({ address }) => addressKey(address)), sender?.address ?? ''];
  const senders = [...new Set(named)].filter((address) => address.includes('@'));
  const found = await Promise.all(senders.map((address) => store.blocklist.match(lists, address)));
  return found.find((entry) => entry !== null) ?? null;
}
