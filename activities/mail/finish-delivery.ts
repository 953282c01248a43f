import type { Channel } from '../../store/channels';
import type { OutboxEntry } from '../../store/outbox';
import { queueSent } from '../events/queue-events';
import type { Ports } from '../ports';
import { mirrorDelivery } from './mirror-delivery';
import { rememberUndeliverable } from './remember-undeliverable';

/**
 * Does what follows an attempt: the message shows it, the copy goes to Sent, the enquiry hears of a failure. All of it
 * comes from the entry alone and may be done twice: a mail leaves `outboxDue` only afterwards, and a sender that takes
 * over does it again for those that had not left.
 */
export async function finishDelivery(ports: Ports, entry: OutboxEntry, channel: Channel | null): Promise<void> {
  const { store } = ports;
  await mirrorDelivery(ports, entry);
  await store.audit.addMove(entry);
  const last = entry.state === 'uncertain' ? await lookInSent(ports, entry) : entry;
  if (last.state === 'sent') {
    await queueSent(ports, last);
    await keepProvidersId(ports, last);
    if (channel?.copyToSent && !last.copiedToSent) await copy(ports, last, channel);
  }
  await rememberUndeliverable(ports, last);
  await tellFailures(ports, last);
  if (last.later && last.enquiry) await planned(ports, last, last.enquiry);
  store.outbox.conclude(last);
}

/** The contact of an open enquiry has his answer from now on; of a closed one nothing is owed any more. */
async function planned({ store, workflows }: Ports, { _id, kind, state }: OutboxEntry, enquiry: string): Promise<void> {
  const open = (await store.enquiries.get(enquiry))?.closedAt === null;
  if (open && kind === 'reply' && state === 'sent') await workflows.answerLeft(enquiry, _id);
  await store.enquiries.unschedule(enquiry, _id);
}

/** Only a provider that keeps its own copies can prove that the mail was taken; a person may look again later. */
async function lookInSent(ports: Ports, entry: OutboxEntry): Promise<OutboxEntry> {
  try {
    if ((await ports.lookInSent(entry._id)) !== 'found') return entry;
  } catch (error) {
    ports.log({ level: 'warn', msg: 'Sent could not be looked into for an uncertain mail.', outbox: entry._id, error });
    return entry;
  }
  const found = (await ports.store.outbox.get(entry._id)) ?? entry;
  await mirrorDelivery(ports, found);
  return found;
}

/** Who answers may name the id the provider gave the mail, which carries no code of ours (email.md T6). */
async function keepProvidersId({ store }: Ports, entry: OutboxEntry): Promise<void> {
  const { serverMessageId, enquiry, channel, _id } = entry;
  if (!serverMessageId || !enquiry || serverMessageId === entry.messageId) return;
  await store.threadKeys.claimSent({ channel, messageId: serverMessageId, enquiry, outboxId: _id });
}

/** A copy that fails is told to the operator and never makes the mail be sent again. */
async function copy(ports: Ports, entry: OutboxEntry, channel: Channel): Promise<void> {
  try {
    const raw = await ports.store.blobs.get(entry.blob);
    if (await ports.copyToSent(channel, raw)) await ports.store.outbox.copied(entry._id);
  } catch (error) {
    ports.log({ level: 'warn', msg: 'A sent mail could not be copied to Sent.', outbox: entry._id, error });
  }
}

/**
 * Each attempt that left somebody without the mail for good, or nobody can say, is told once; the run knows the ones it
 * has heard of. Nobody has to look for an automatic mail that may have arrived.
 */
async function tellFailures({ workflows, store }: Ports, entry: OutboxEntry): Promise<void> {
  if (!entry.enquiry) return;
  const { _id: outboxId, enquiry, state, attempt: last } = entry;
  const automatic = store.outbox.isAutomatic(entry.kind);
  const refusals = entry.answers.filter(({ recipient, code }) => recipient !== null && (code ?? 0) >= 500);
  const attempts = new Set(refusals.map(({ attempt }) => attempt));
  if (state === 'failed') attempts.add(last);
  for (const attempt of attempts) {
    await workflows.deliveryFailed(enquiry, { outboxId, occasion: `attempt ${attempt}`, how: 'failed', automatic });
  }
  if (state !== 'uncertain' || automatic) return;
  await workflows.deliveryFailed(enquiry, { outboxId, occasion: `attempt ${last}`, how: 'uncertain', automatic });
}
