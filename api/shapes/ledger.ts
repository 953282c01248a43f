import type { LedgerEntry, Verdict } from '../../store/ledger';
import { flag, instant, list, named, nullable, object, text, whole, type TypeOf } from '../http/schema';
import { iso, isoOrNull } from './basics';

/** Every verdict (one per delivery). */
export const verdicts = [
  'started',
  'joined',
  'duplicate',
  'own',
  'probe',
  'blocked',
  'delivery-report',
  'held',
  'history',
  'quarantined',
  'refused',
] as const satisfies readonly Verdict[];

/** A ledger entry: what became of one delivery we were offered. */
export const entryShape = named(
  'LedgerEntry',
  object({
    id: text(),
    channel: text(),
    source: object({
      kind: text({ description: 'smtp, imap or pop3.' }),
      server: text({ description: 'Who offered it: the relay, or the mail login.' }),
      from: nullable(text({ description: 'Envelope sender; null or empty for reports.' })),
      to: list(text()),
      ip: nullable(text()),
      helo: nullable(text()),
      tls: flag(),
    }),
    bytes: whole(),
    offers: whole({ description: 'How often this delivery was offered.' }),
    receivedAt: instant('When it was first offered.'),
    messageId: nullable(text()),
    from: nullable(text()),
    subject: nullable(text()),
    kind: nullable(text({ description: 'person, automatic, list, bounce or report.' })),
    verdict: nullable(text({ description: `${verdicts.join(', ')}; null while it is being settled.` })),
    reason: nullable(text()),
    enquiry: nullable(text({ description: 'Enquiry it came to.' })),
    nowIn: nullable(text({ description: 'Enquiry that holds it now, when it was moved or merged since.' })),
    message: nullable(text()),
    settledAt: nullable(instant('When it got its verdict.')),
    history: list(
      object({
        verdict: nullable(text()),
        reason: nullable(text()),
        enquiry: nullable(text()),
        until: instant('When it was replaced.'),
        by: text(),
      }),
      { description: 'Verdicts that a release replaced.' },
    ),
  }),
);

/** A ledger entry as it is answered. */
export const entryView = (entry: LedgerEntry, nowIn: string | null): TypeOf<typeof entryShape> => {
  const { kind, server, envelope } = entry.source;
  return {
    id: entry._id,
    channel: entry.channel,
    source: { kind, server, ...envelope },
    bytes: entry.bytes,
    offers: entry.offers,
    receivedAt: iso(entry.receivedAt),
    messageId: entry.messageId,
    from: entry.from,
    subject: entry.subject,
    kind: entry.kind,
    verdict: entry.verdict,
    reason: entry.reason,
    enquiry: entry.enquiry,
    nowIn,
    message: entry.message,
    settledAt: isoOrNull(entry.settledAt),
    history: entry.history.map((past) => ({
      verdict: past.verdict,
      reason: past.reason,
      enquiry: past.enquiry,
      until: iso(past.until),
      by: past.by,
    })),
  };
};
