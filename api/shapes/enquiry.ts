import type { Attention, DeliveryFailure, EnquiryStatus } from '../../flows/state';
import type { Enquiry } from '../../store/enquiries';
import type { OpenEnquiry } from '../../store/open-enquiries';
import { flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { iso, isoOf, isoOrNull } from './basics';

/** Every status of an enquiry. */
export const statuses = [
  'ringing',
  'waiting',
  'missed',
  'ongoing',
  'snoozed',
  'parked',
  'closed',
] as const satisfies readonly EnquiryStatus[];

const failures = ['failed', 'uncertain', 'bounced'] as const satisfies readonly DeliveryFailure[];

const attentionShape = named(
  'Attention',
  object({
    why: word(failures, 'How the mail did not arrive.'),
    what: text({ description: 'The same as a sentence.' }),
    mail: text({ description: 'Outbox id of the mail.' }),
    automatic: flag('The flow wrote it, no person.'),
    since: instant('Known since.'),
  }),
);

const summary = {
  id: text(),
  number: whole({ description: 'As people say it.' }),
  channel: text(),
  contact: nullable(text({ description: 'Id of the contact.' })),
  subject: text(),
  status: word(statuses),
  awaiting: word(['agent', 'contact'], 'Whose turn it is.'),
  assignee: nullable(text()),
  group: nullable(text()),
  tags: list(text()),
  priority: whole(),
  attention: nullable(attentionShape),
  awaited: nullable(object({ what: text(), until: nullable(instant('Then it goes on by itself.')) })),
  openedAt: instant('First mail.'),
  changedAt: instant('Last change.'),
  closedAt: nullable(instant('When it closed.')),
};

/** An enquiry in a list. */
export const enquirySummaryShape = named('EnquirySummary', object(summary));

/** An enquiry as its page shows it. */
export const enquiryShape = named(
  'Enquiry',
  object({
    ...summary,
    flow: object({ id: text(), revision: whole(), sha256: text() }),
    mailStopped: nullable(object({ by: text(), at: instant('Since then.'), reason: text() })),
    node: nullable(text({ description: 'Node of the flow it stands at.' })),
    offer: nullable(
      object({
        id: text(),
        agents: list(text()),
        broadcast: flag(),
        since: instant('Rings since.'),
        until: instant('Rings until.'),
      }),
    ),
    disposition: nullable(text()),
    ending: nullable(text()),
    messages: whole({ description: 'Mails and notes in it.' }),
    links: list(text({ description: 'Enquiries it is linked with.' })),
    run: nullable(
      object({
        workflowId: text(),
        runId: text(),
        url: nullable(text({ description: 'The run in the Temporal UI.' })),
      }),
    ),
  }),
);

const attentionView = (attention: Attention | null | undefined): TypeOf<typeof attentionShape> | null => {
  if (!attention) return null;
  const { why, mail, automatic, since } = attention;
  const what = `${automatic ? 'An automatic mail' : 'An answer'} ${sentences[why]}`;
  return { why, what, mail, automatic, since: isoOf(since) };
};

const sentences: Record<DeliveryFailure, string> = {
  failed:
    'was refused for good. Look at the mail: the server’s answer is there; correct the address or reach the contact otherwise.',
  uncertain: 'was handed over, but the line broke before it was confirmed. Look in Sent, send it again, or leave it.',
  bounced:
    'came back: a delivery report says that it did not arrive. Correct the address or reach the contact otherwise.',
};

/** An enquiry of a list as it is answered. */
export const summaryView = (
  enquiry: OpenEnquiry | Omit<Enquiry, 'state' | 'timeline'>,
): TypeOf<typeof enquirySummaryShape> => ({
  id: enquiry._id,
  number: enquiry.number,
  channel: enquiry.channel,
  contact: enquiry.contact,
  subject: enquiry.subject,
  status: enquiry.status,
  awaiting: enquiry.awaiting,
  assignee: enquiry.assignee,
  group: enquiry.group,
  tags: enquiry.tags,
  priority: enquiry.priority,
  attention: attentionView(enquiry.attention),
  awaited: enquiry.rest && { what: enquiry.rest.what, until: isoOrNull(enquiry.rest.until) },
  openedAt: iso(enquiry.openedAt),
  changedAt: iso(enquiry.changedAt),
  closedAt: 'closedAt' in enquiry ? isoOrNull(enquiry.closedAt) : null,
});

/** An enquiry as it is answered; `links` are those the caller may see. */
export const enquiryView = (
  enquiry: Enquiry,
  seen: { links: string[]; runUrl: string | null },
): TypeOf<typeof enquiryShape> => {
  const { id, revision, sha256 } = enquiry.flow;
  const offer = enquiry.state?.rest?.kind === 'ring' ? enquiry.state.rest.offer : null;
  return {
    ...summaryView(enquiry),
    flow: { id, revision, sha256 },
    mailStopped: enquiry.mailStopped ? { ...enquiry.mailStopped, at: iso(enquiry.mailStopped.at) } : null,
    node: enquiry.state?.node ?? null,
    offer: offer && {
      id: offer.id,
      agents: offer.agents,
      broadcast: offer.broadcast,
      since: isoOf(offer.since),
      until: isoOf(offer.until),
    },
    disposition: enquiry.disposition,
    ending: enquiry.ending,
    messages: enquiry.mail.length,
    links: seen.links,
    run: enquiry.run && { ...enquiry.run, url: seen.runUrl },
  };
};
