import { ApplicationFailure } from '@temporalio/common';
import { checkAddress, UnusableAddress } from '../../mail/compose';
import type { Channel } from '../../store/channels';
import type { Message } from '../../store/messages';
import type { EffectActivities } from '../effects';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';
import { digestOf } from '../routing/decision';
import { forwardedText } from './forwarded';
import { queueOutgoing } from './outgoing';
import { whyHeld } from './queue-mail';

type MailPorts = Pick<Ports, 'store' | 'settings' | 'mailSecret' | 'now' | 'workflows'>;

/**
 * Queues a mail that is passed on to addresses outside, once, from the channel's own address. Nothing a machine wrote is
 * passed on, and nothing goes to an address of ours or back to who wrote it, so that no two systems send each other one
 * mail for ever; what is left of the addresses gets it, and where none is left the answer says why.
 */
export const forwardMail =
  (ports: MailPorts, readInbound: ReadInbound): EffectActivities['forwardMail'] =>
  async ({ enquiryId, channelId, number, effect }) => {
    const { store } = ports;
    const outboxId = `${enquiryId}:${effect.seq}`;
    const [channel, original, enquiry] = await Promise.all([
      store.channels.get(channelId),
      readInbound(effect.messageId),
      ports.store.enquiries.load(enquiryId),
    ]);
    if (!channel) throw ApplicationFailure.nonRetryable(`There is no channel ${channelId}.`, 'ChannelUnknown');
    if (!original) throw ApplicationFailure.nonRetryable(`There is no mail ${effect.messageId}.`, 'MessageUnknown');
    const to = await outsiders(ports, effect.to, original);
    const nobody = to.length === 0 ? 'every address is one of ours, or the sender himself' : null;
    const refusal = whyNotPassedOn(original, enquiry?.mailStopped?.reason ?? null) ?? nobody;
    if (refusal !== null) {
      // What was queued before stays queued, whatever has changed since.
      return (await store.outbox.get(outboxId)) ? { queued: outboxId } : { suppressed: refusal };
    }
    const bytes = original.attachments.reduce((sum, each) => sum + each.bytes, original.text.length);
    if (bytes > ports.settings.maxBytesOut)
      throw ApplicationFailure.nonRetryable(`The mail ${effect.messageId} is too large to be sent.`, 'MailTooLarge');
    const wanted = {
      outboxId,
      digest: digestOf(effect),
      enquiryId,
      channel,
      kind: 'forward' as const,
      author: 'flow',
      fromName: channel.displayName || channel.name,
      to: to.map((address) => ({ address, name: '' })),
      cc: [],
      bcc: [],
      ...forwardedText(original, number),
      attachments: original.attachments,
      // A mail of its own for whoever gets it: the contact's thread is not his.
      answered: null,
      automatic: true,
      sendAfter: ports.now(),
      heldBecause: await whyHeld(ports, channel, outboxId),
    };
    return { queued: await queueOutgoing(ports, wanted) };
  };

function whyNotPassedOn(original: Message, stopped: string | null): string | null {
  if (stopped !== null) return `automatic mail of the enquiry was stopped: ${stopped}`;
  if (original.kind !== 'person' || original.automatic) return 'the mail was written by a machine';
  return original.authentication?.['spam'] === true ? 'the mail is marked as spam' : null;
}

/** The addresses outside: none of any channel's, not the sender's own, each once. */
async function outsiders({ store }: MailPorts, wanted: readonly string[], original: Message): Promise<string[]> {
  const ours = new Set((await store.channels.list()).flatMap(addressesOf));
  const left = new Map<string, string>();
  for (const each of wanted) {
    const address = usable(each);
    const key = address === null ? '' : keyOf(address);
    if (address !== null && !ours.has(key) && key !== keyOf(original.from?.address ?? '')) left.set(key, address);
  }
  return [...left.values()];
}

function addressesOf({ address, publicAddress, aliases }: Channel): string[] {
  return [address, ...aliases, ...(publicAddress === null ? [] : [publicAddress])].map(keyOf);
}

/** Tokens behind a "+" reach the same mailbox. */
const keyOf = (address: string): string =>
  address
    .trim()
    .toLowerCase()
    .replace(/\+[^@]*(?=@)/, '');

function usable(address: string): string | null {
  try {
    return checkAddress(address);
  } catch (error) {
    if (error instanceof UnusableAddress) return null;
    throw error;
  }
}
