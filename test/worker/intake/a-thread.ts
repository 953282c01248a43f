import { mintMessageId, mintReplyToken } from '../../../mail/thread-tokens';
import { aDelivery, aMail, MAIL_SECRET, type Desk } from './desk';

let threads = 0;
/** An enquiry of Mia's that has been answered: the id of her mail, of ours, and our reply address. */
export async function aThread(desk: Desk, channelId = 'support') {
  threads += 1;
  const foreign = `<thread-${threads}@customers.test>`;
  const settled = await desk.intake.offer(
    aDelivery(aMail({ messageId: foreign, headers: { Cc: 'Tom <tom@customers.test>' } }), { channelId }),
  );
  const enquiry = settled.enquiry ?? '';
  const ours = mintMessageId({ domain: 'desk.test', enquiryId: enquiry, secret: MAIL_SECRET, unique: `${threads}` });
  const reply = mintReplyToken({ address: `${channelId}@desk.test`, enquiryId: enquiry, secret: MAIL_SECRET }) ?? '';
  return { enquiry, message: settled.message, foreign, ours, reply };
}
/** A thread that a mail may name. */
export type Thread = Awaited<ReturnType<typeof aThread>>;
