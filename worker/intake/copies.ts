import type { Settlement } from '../../store/ledger';
import type { Arrival } from './arrival';
import type { JudgePorts } from './judge-ports';
import { claimKeys, holderOf, type MailKeys } from './mail-keys';

/** Holds the mail so that its next copy is a duplicate; the verdict of a copy when another delivery was faster. */
export async function hold(ports: JudgePorts, arrival: Arrival, keys: MailKeys): Promise<Settlement | null> {
  // Once more when the first claim has only shown that another mail has this Message-ID.
  for (let claims = 0; claims < 2 && holderOf(arrival, keys) === null; claims += 1) {
    await claimKeys(ports, arrival, keys, { enquiry: '', guesses: [] });
  }
  return copyOf(ports, arrival, keys);
}

/** The verdict of a copy of a mail that another delivery holds; that one is settled first. Null when it is no copy. */
export async function copyOf(ports: JudgePorts, arrival: Arrival, keys: MailKeys): Promise<Settlement | null> {
  const holder = holderOf(arrival, keys);
  if (holder === null || holder === arrival.entry._id) return null;
  const held = await ports.first(holder, true);
  const { enquiry = null, message = null } = held ?? {};
  return { verdict: 'duplicate', reason: `the same mail as ${holder}`, enquiry, message };
}
