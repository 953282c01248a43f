import { mintBounceToken, mintMessageId } from '../../../mail/thread-tokens';
import type { OutboxEntry, OutboxKind } from '../../../store/outbox';
import { aDelivery, aMail, MAIL_SECRET, type Desk } from './desk';

let sent = 0;
/** An answer of ours that has left: its outbox id, Message-ID and the address bounces come to. */
export async function anAnswer(
  desk: Desk,
  kind: OutboxKind = 'reply',
  envelope: Partial<OutboxEntry['envelope']> = {},
) {
  sent += 1;
  const { enquiry, message } = await desk.intake.offer(aDelivery(aMail()));
  const outboxId = `${enquiry}:${sent}`;
  const messageId = mintMessageId({
    domain: 'desk.test',
    enquiryId: enquiry ?? '',
    secret: MAIL_SECRET,
    unique: outboxId,
  });
  const now = new Date();
  const { sha256, bytes } = await desk.store.blobs.put(Buffer.from(`answer ${sent}`));
  await desk.store.outbox.queue({
    _id: outboxId,
    enquiry,
    channel: 'support',
    kind,
    author: 'ann',
    message: outboxId,
    messageId,
    envelope: { from: 'support@desk.test', to: ['mia@customers.test', 'tom@customers.test'], ...envelope },
    blob: sha256,
    bytes,
    digest: 'd',
    queuedAt: now,
    sendAfter: now,
    heldBecause: null,
  });
  const inbound = await desk.store.messages.get(message ?? '');
  if (!inbound) throw new Error('no mail to answer');
  await desk.store.messages.insert({
    ...inbound,
    _id: outboxId,
    direction: 'out',
    outbox: outboxId,
    ledger: null,
    messageId,
  });
  const token = mintBounceToken({ address: 'support@desk.test', outboxId, secret: MAIL_SECRET }) ?? '';
  return { enquiry: enquiry ?? '', outboxId, messageId, token };
}
