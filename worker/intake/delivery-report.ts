import { isBadAddress } from '../../mail/reports/bad-address';
import { bounceLookups, type BounceLookup } from '../../mail/thread-keys';
import type { Settlement } from '../../store/ledger';
import type { DeliveryNote, OutboxEntry } from '../../store/outbox';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';

/** What taking a report needs of intake's ports. */
export type ReportPorts = Pick<IntakePorts, 'store' | 'mailSecret' | 'settings' | 'now'> & {
  deliveryFailed: IntakePorts['workflows']['deliveryFailed'];
};

/**
 * Ties a delivery report or complaint to the mail of ours it is about, and writes down what it says of each recipient.
 * The enquiry hears of it only when a recipient will not get the mail. A report that cannot be tied is listed, no more.
 */
export async function takeReport(ports: ReportPorts, arrival: Arrival): Promise<Settlement> {
  const { mail, entry } = arrival;
  const { from, to } = entry.source.envelope;
  for (const lookup of bounceLookups(mail, { from, to }, ports.mailSecret)) {
    const sent = await sentMailOf(ports, lookup);
    if (sent) return noteOn(ports, arrival, sent, lookup.step);
  }
  return { verdict: 'delivery-report', reason: 'cannot be tied to a mail of ours' };
}

/** Only what proves that the reporter had our mail counts: addresses and times can be made up. */
async function sentMailOf({ store }: ReportPorts, lookup: BounceLookup): Promise<OutboxEntry | null> {
  if (lookup.step === 'bounce-token') return store.outbox.get(lookup.outboxId);
  if (lookup.step === 'original-message-id' && lookup.own !== null) return store.outbox.byMessageId(lookup.messageId);
  return null;
}

async function noteOn(ports: ReportPorts, arrival: Arrival, sent: OutboxEntry, step: string): Promise<Settlement> {
  const { store } = ports;
  const notes = notesOf(ports, arrival);
  await store.outbox.noteReport(sent._id, arrival.entry._id, notes);
  await rememberUndeliverable(ports, sent, notes);
  const failed = notes.find((note) => note.action === 'failed');
  const delayed = notes.find((note) => note.action === 'delayed');
  const shown = failed ?? delayed;
  if (shown && sent.message && (failed || !sent.bounced)) {
    const answer = [shown.recipient, shown.status, shown.text].filter(Boolean).join(' ') || null;
    const state = failed ? 'bounced' : 'delayed';
    await store.messages.setDelivery(sent.message, { state, at: ports.now(), answer });
  }
  if (failed) {
    await store.outbox.markBounced(sent._id, { at: ports.now(), recipient: failed.recipient, code: failed.status });
    const word = { outboxId: sent._id, occasion: `report ${arrival.entry._id}`, automatic: sent.kind !== 'reply' };
    if (sent.enquiry) await ports.deliveryFailed(sent.enquiry, { ...word, how: 'bounced' });
  }
  if (sent.enquiry) store.hints.tell({ about: 'enquiry', id: sent.enquiry, channel: sent.channel });
  return { verdict: 'delivery-report', reason: `by ${step}`, enquiry: sent.enquiry, message: sent.message };
}

/** Addresses that do not exist, or whose owner complained, get no automatic mail; only those we had written to count. */
async function rememberUndeliverable(ports: ReportPorts, sent: OutboxEntry, notes: DeliveryNote[]): Promise<void> {
  const { _id: outbox, enquiry, channel, envelope } = sent;
  const { undeliverableMs } = ports.settings;
  for (const { recipient, action, status, text, at } of notes) {
    const gone = action === 'failed' && (isBadAddress(status) || (status === null && isBadAddress(text)));
    if (!gone && action !== 'complaint') continue;
    const named = recipient ?? (envelope.to.length === 1 ? envelope.to[0] : undefined);
    const address = envelope.to.find((each) => each.toLowerCase() === named?.toLowerCase());
    if (address === undefined) continue;
    const expiresAt = new Date(at.getTime() + undeliverableMs);
    const why = gone ? ('bounced' as const) : ('complaint' as const);
    const about = { why, status, text, outbox, enquiry, channel, at, expiresAt };
    await ports.store.undeliverable.remember(address, { ...about, now: ports.now() });
  }
}

function notesOf({ now }: ReportPorts, { mail, entry, classification }: Arrival): DeliveryNote[] {
  const common = { by: entry._id, at: now() };
  const { dsn, feedback } = mail;
  if (feedback) {
    if (!feedback.complaint) return [];
    const who = feedback.recipients.length > 0 ? feedback.recipients : [null];
    const complaint = { ...common, action: 'complaint' as const, status: null, text: feedback.feedbackType };
    return who.map((recipient) => ({ ...complaint, recipient }));
  }
  const recipients = (dsn?.recipients ?? []).slice(0, 50);
  if (recipients.length > 0) {
    return recipients.map(({ address: recipient, action, status, diagnostic: text }) => ({
      ...common,
      recipient,
      action,
      status,
      text: text?.slice(0, 1000) ?? null,
    }));
  }
  // A bounce that names nobody is still the news that the mail did not arrive.
  if (classification.kind !== 'bounce') return [];
  return [{ ...common, recipient: null, action: 'failed', status: null, text: mail.newText.slice(0, 1000) }];
}
