import { threadKeyId, type ThreadKey } from '../../store/thread-keys';
import type { ThreadLookups } from '../../mail/thread-keys';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';

/** How many foreign ids a mail may claim for its enquiry; what it names beyond is forgotten. */
const mostGuesses = 20;

/** Keys that a mail has to do with, as they are known now; ids as `threadKeyId` makes them. */
export interface MailKeys {
  /** Key of its own Message-ID. */
  own: string;
  /** Key of its Message-ID and content: used where another mail has the Message-ID. */
  variant: string;
  known: Map<string, ThreadKey>;
}

/**
 * Reads, in one command, the keys of the mail itself and of all ids it names. A delivery that nobody has seen before and
 * that names no other mail is spared the read: its claim tells who holds its keys, if anybody does.
 */
export async function readKeys(
  { store }: Pick<IntakePorts, 'store'>,
  arrival: Arrival,
  { lookups }: ThreadLookups,
): Promise<MailKeys> {
  const { channel, messageId, contentHash } = arrival;
  const own = threadKeyId(channel._id, messageId);
  const variant = threadKeyId(channel._id, `${messageId}#${contentHash}`);
  const named = lookups.flatMap((one) => ('messageId' in one ? [threadKeyId(channel._id, one.messageId)] : []));
  const spared = arrival.first && named.length === 0;
  const found = spared ? [] : await store.threadKeys.lookUp([own, variant, ...named]);
  return { own, variant, known: new Map(found.map((key) => [key._id, key])) };
}

/** Ledger id of the delivery that holds this very mail (same Message-ID, same content); null while nobody does. */
export function holderOf(arrival: Arrival, keys: MailKeys): string | null {
  return holdingKey(arrival, keys)?.by ?? null;
}

/** The key by which this very mail is held. */
export function holdingKey({ contentHash }: Arrival, { own, variant, known }: MailKeys): ThreadKey | null {
  const variantKey = known.get(variant);
  if (variantKey) return variantKey;
  const key = known.get(own);
  return key && !key.guess && key.contentHash === contentHash ? key : null;
}

/** Whether another mail has the same Message-ID (broken senders; email.md D3): kept as new mail, with a mark. */
export function isVariant({ contentHash }: Arrival, { own, known }: MailKeys): boolean {
  const key = known.get(own);
  return key !== undefined && !key.guess && key.contentHash !== contentHash;
}

/**
 * Claims the mail for this delivery, and the ids it names as guesses, in one command. `enquiry` is empty for a mail that
 * starts and joins nothing: then it is only held, so that the next copy is a duplicate. Insert-if-absent: `keys` tells
 * afterwards who won each; true when another mail has won one.
 */
export async function claimKeys(
  { store }: Pick<IntakePorts, 'store'>,
  arrival: Arrival,
  keys: MailKeys,
  claim: { enquiry: string; guesses: readonly string[] },
): Promise<boolean> {
  const { entry, contentHash, channel } = arrival;
  const by = entry._id;
  const { own, variant, known } = keys;
  const wanted: ThreadKey[] = [];
  if (holderOf(arrival, keys) === null) {
    const ownKey = known.get(own);
    if (ownKey?.guess && claim.enquiry !== '')
      await confirmGuess({ store }, keys, { by, contentHash, enquiry: claim.enquiry });
    else wanted.push({ _id: ownKey ? variant : own, enquiry: claim.enquiry, guess: false, by, contentHash, v: 1 });
  }
  for (const messageId of claim.guesses.slice(0, mostGuesses)) {
    const _id = threadKeyId(channel._id, messageId);
    if (!known.has(_id)) wanted.push({ _id, enquiry: claim.enquiry, guess: true, by, contentHash, v: 1 });
  }
  const claimed = wanted.length > 0 ? await store.threadKeys.claim(wanted) : [];
  for (const { key } of claimed) known.set(key._id, key);
  return claimed.some(({ key }) => !isOfThisMail(arrival, key));
}

/** Made by this delivery, or by another of the very same mail. */
export function isOfThisMail({ entry, contentHash }: Arrival, key: ThreadKey): boolean {
  return key.by === entry._id || key.contentHash === contentHash;
}

async function confirmGuess(
  { store }: Pick<IntakePorts, 'store'>,
  keys: MailKeys,
  mail: { by: string; contentHash: string; enquiry: string },
): Promise<void> {
  const confirmed = await store.threadKeys.confirm(keys.own, mail.by, mail.contentHash, mail.enquiry);
  const [now] = confirmed ? [confirmed] : await store.threadKeys.lookUp([keys.own]);
  if (now) keys.known.set(now._id, now);
}

/** Brings every key this mail holds to the enquiry it came to in the end. */
export async function bringKeysTo(
  { store }: Pick<IntakePorts, 'store'>,
  arrival: Arrival,
  keys: MailKeys,
  enquiry: string,
): Promise<void> {
  const held = [...keys.known.values()].filter((key) => isOfThisMail(arrival, key));
  const astray = held.filter((key) => key.enquiry !== enquiry);
  await Promise.all(astray.map((key) => store.threadKeys.move(key._id, key.enquiry, enquiry)));
}
