import { isFromMailServer } from '../../mail/classify';
import { isBadAddress } from '../../mail/reports/bad-address';
import { decodeXtext } from '../../mail/mime/xtext';
import { bounceLookups, type BounceLookup } from '../../mail/thread-keys';
import { readBounceToken } from '../../mail/thread-tokens';
import type { Settlement } from '../../store/ledger';
import type { DeliveryNote, OutboxEntry } from '../../store/outbox';
import { threadKeyId } from '../../store/thread-keys';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';

/** What taking a report needs of intake's ports. */
export type ReportPorts = Pick<IntakePorts, 'store' | 'mailSecret' | 'settings' | 'now'> & {
  deliveryFailed: IntakePorts['workflows']['deliveryFailed'];
};

/**
 * Ties a delivery report or complaint to the mail of ours it is about, and writes down what it says of each recipient.
 * The enquiry hears of it only when a recipient will not get the mail. A report that cannot be tied, or that no mail server
 * wrote, is listed, no more.
 */
export async function takeReport(ports: ReportPorts, arrival: Arrival): Promise<Settlement> {
  const { mail, entry } = arrival;
  const { from, to } = entry.source.envelope;
  for (const lookup of bounceLookups(mail, { from, to }, ports.mailSecret)) {
    const sent = await sentMailOf(ports, arrival, lookup);
    if (!sent) continue;
    const reason = `by ${lookup.step}`;
    if (mail.feedback || isFromMailServer(mail, { from, to })) return noteOn(ports, arrival, sent, reason);
    return { verdict: 'delivery-report', reason: `${reason}, but not written by a mail server; nothing is done` };
  }
  return { verdict: 'delivery-report', reason: 'cannot be tied to a mail of ours' };
}

/** Only what proves that the reporter had our mail counts: addresses and times can be made up. */
async function sentMailOf(
  { store }: ReportPorts,
  { channel }: Arrival,
  lookup: BounceLookup,
): Promise<OutboxEntry | null> {
  if (lookup.step === 'bounce-token') return store.outbox.get(lookup.outboxId);
  if (lookup.step !== 'original-message-id') return null;
  const { messageId, own } = lookup;
  if (own !== null) return store.outbox.byMessageId(messageId);
  // Providers that put an id of their own in place of ours (Amazon SES, Microsoft): only who had the mail knows it.
  const [key] = await store.threadKeys.lookUp([threadKeyId(channel._id, messageId)]);
  const sent = key && !key.guess ? await store.outbox.get(key.by) : null;
  return sent?.serverMessageId === messageId ? sent : null;
}

async function noteOn(ports: ReportPorts, arrival: Arrival, sent: OutboxEntry, reason: string): Promise<Settlement> {
  const { store } = ports;
  const byToken = reason === 'by bounce-token';
  // By the token a server may name whom the mail was passed on to; by our Message-ID, which others know, only who had it.
  const concerns = ({ recipient }: DeliveryNote): boolean => byToken || recipient === null || wentTo(sent, recipient);
  const told = notesOf(ports, arrival, sent);
  const notes = told.filter(concerns);
  await store.outbox.noteReport(sent._id, arrival.entry._id, notes);
  if (byToken || readBounceToken(sent.envelope.from, ports.mailSecret) === null)
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
    const automatic = store.outbox.isAutomatic(sent.kind);
    const word = { outboxId: sent._id, occasion: `report ${arrival.entry._id}`, automatic };
    if (sent.enquiry) await ports.deliveryFailed(sent.enquiry, { ...word, how: 'bounced' });
  }
  if (sent.enquiry) store.hints.tell({ about: 'enquiry', id: sent.enquiry, channel: sent.channel });
  const foreign = told.length > 0 && notes.length === 0 ? '; it names nobody we wrote to, nothing is done' : '';
  return { verdict: 'delivery-report', reason: `${reason}${foreign}`, enquiry: sent.enquiry, message: sent.message };
}

const wentTo = (sent: OutboxEntry, recipient: string): boolean => ourRecipient(sent, recipient) !== null;

/** The address as we wrote to it, which a report may name in another case or coded as xtext; null when we did not. */
function ourRecipient({ envelope }: OutboxEntry, reported: string): string | null {
  const same = (address: string): string => decodeXtext(address).toLowerCase();
  const exact = envelope.to.find((address) => address.toLowerCase() === reported.toLowerCase());
  return exact ?? envelope.to.find((address) => same(address) === same(reported)) ?? null;
}

/**
 * Addresses that do not exist, or whose owner complained, get no automatic mail; only those we had written to count, and
 * to nobody else with the same mail: another recipient could have made the report up.
 */
async function rememberUndeliverable(ports: ReportPorts, sent: OutboxEntry, notes: DeliveryNote[]): Promise<void> {
  const { _id: outbox, enquiry, channel, envelope } = sent;
  const { undeliverableMs } = ports.settings;
  const [address, ...others] = envelope.to;
  if (address === undefined || others.length > 0) return;
  for (const { recipient, action, status, text, at } of notes) {
    const gone = action === 'failed' && (isBadAddress(status) || (status === null && isBadAddress(text)));
    if (!gone && action !== 'complaint') continue;
    if (recipient !== null && !wentTo(sent, recipient)) continue;
    const expiresAt = new Date(at.getTime() + undeliverableMs);
    const why = gone ? ('bounced' as const) : ('complaint' as const);
    const about = { why, status, text, outbox, enquiry, channel, at, expiresAt };
    await ports.store.undeliverable.remember(address, { ...about, now: ports.now() });
  }
}

/** Of the addresses a report has for one recipient the one we wrote to; else the first. */
function namedIn(sent: OutboxEntry, addresses: (string | null)[]): string | null {
  const named = addresses.filter((address) => address !== null);
  const ours = named.map((address) => ourRecipient(sent, address)).find((address) => address !== null);
  return ours ?? named[0] ?? null;
}

function notesOf({ now }: ReportPorts, { mail, entry, classification }: Arrival, sent: OutboxEntry): DeliveryNote[] {
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
    return recipients.map(({ address, finalAddress, action, status, diagnostic: text }) => ({
      ...common,
      recipient: namedIn(sent, [address, finalAddress]),
      action,
      status,
      text: text?.slice(0, 1000) ?? null,
    }));
  }
  // A bounce that names nobody is still the news that the mail did not arrive.
  if (classification.kind !== 'bounce') return [];
  return [{ ...common, recipient: null, action: 'failed', status: null, text: mail.newText.slice(0, 1000) }];
}
