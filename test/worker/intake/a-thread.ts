import { mintBodyMarker, mintMessageId, mintReplyToken } from '../../../mail/thread-tokens';
import { aDelivery, aMail, MAIL_SECRET, type Desk } from './desk';

let threads = 0;
/**
 * An enquiry of Mia's that has been answered: the id of her mail, of ours, the one a provider gave ours, our reply address,
 * and the mark at the end of ours.
 */
export async function aThread(desk: Desk, channelId = 'support') {
  threads += 1;
  const foreign = `<thread-${threads}@customers.test>`;
  const settled = await desk.intake.offer(
    aDelivery(aMail({ messageId: foreign, headers: { Cc: 'Tom <tom@customers.test>' } }), { channelId }),
  );
  const enquiry = settled.enquiry ?? '';
  const ours = mintMessageId({ domain: 'desk.test', enquiryId: enquiry, secret: MAIL_SECRET, unique: `${threads}` });
  const reply = mintReplyToken({ address: `${channelId}@desk.test`, enquiryId: enquiry, secret: MAIL_SECRET }) ?? '';
  const marker = mintBodyMarker({ enquiryId: enquiry, secret: MAIL_SECRET });
  const providers = `<thread-${threads}@eu-west-1.amazonses.com>`;
  await desk.store.threadKeys.claimSent({
    channel: channelId,
    messageId: providers,
    enquiry,
    outboxId: `${enquiry}:1`,
  });
  return { enquiry, message: settled.message, foreign, ours, providers, reply, marker };
}
/** A thread that a mail may name. */
export type Thread = Awaited<ReturnType<typeof aThread>>;
