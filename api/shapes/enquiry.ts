import type { Missed } from '../../flows/missed';
import {
  NEVER,
  type Attention,
  type DeliveryFailure,
  type EnquiryState,
  type EnquiryStatus,
  type SlaClock,
} from '../../flows/state';
import type { Enquiry } from '../../store/enquiries';
import type { OutboxEntry } from '../../store/outbox';
import type { OpenEnquiry } from '../../store/open-enquiries';
import { flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { UNMERGE_WITHIN_MS } from '../merged';
import { watchersShape } from './watcher';
import { iso, isoOf, isoOrNull } from './basics';
import { waitingShape } from './waiting';

/** How an open enquiry may stand to the times agreed on. */
export const slaStandings = ['running', 'paused', 'warned', 'breached'] as const;

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

const slaClockShape = named(
  'SlaClock',
  object({
    state: word(['running', 'paused', 'met', 'breached'], '"paused": it is the turn of the contact.'),
    warned: flag('It was nearly over.'),
    dueAt: nullable(instant('When the agreed time is over; null while it is paused, or never.')),
    endedAt: nullable(instant('When what was agreed on came.')),
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
  missed: nullable(
    object({
      since: instant('Nobody had taken it until then.'),
      followedUpBy: nullable(text({ description: 'Who took it after all; null: nobody has.' })),
      followedUpAt: nullable(instant('When he did.')),
    }),
  ),
  slaState: nullable(
    word(slaStandings, 'The worst of its agreed times that are still owed: nearly over, or over. Null: none is owed.'),
  ),
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
    waiting: nullable(waitingShape),
    offer: nullable(
      object({
        id: text(),
        agents: list(text()),
        broadcast: flag(),
        since: instant('Rings since.'),
        until: instant('Rings until.'),
      }),
    ),
    snooze: nullable(object({ until: instant('It returns then.'), since: instant('Laid aside at.'), by: text() }, {})),
    spam: nullable(
      object({
        by: text({ description: 'Who says so; "provider": a spam filter on the way.' }),
        at: instant('Since then.'),
      }),
    ),
    sla: object({}, { firstResponse: slaClockShape, resolution: slaClockShape }),
    mergedInto: nullable(
      object({
        id: text({ description: 'The elder enquiry it is part of now.' }),
        number: whole(),
        by: text(),
        at: instant('When they became one.'),
        undoUntil: instant('Until then it can be taken back.'),
      }),
    ),
    absorbed: list(
      object({ id: text(), number: whole(), by: text(), at: instant('When it was merged into this one.') }),
      {
        description: 'Younger enquiries that are part of it.',
      },
    ),
    moved: list(
      object({ message: text(), to: text(), number: whole(), by: text(), at: instant('When it went there.') }),
      { description: 'Messages that went to other enquiries.' },
    ),
    splitFrom: nullable(text({ description: 'Enquiry its first message was split off.' })),
    disposition: nullable(text()),
    ending: nullable(text()),
    messages: whole({ description: 'Mails and notes in it.' }),
    links: list(text({ description: 'Enquiries it is linked with.' })),
    watchers: watchersShape,
    scheduled: list(
      object({
        mail: text({ description: 'Outbox id.' }),
        sendAfter: instant('Leaves then.'),
        heldBecause: nullable(text()),
      }),
      { description: 'Answers that are to leave later.' },
    ),
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

const missedView = (missed: Missed | null | undefined): TypeOf<typeof enquirySummaryShape>['missed'] =>
  missed
    ? {
        since: isoOf(missed.since),
        followedUpBy: missed.followedUp?.by ?? null,
        followedUpAt: missed.followedUp ? isoOf(missed.followedUp.at) : null,
      }
    : null;

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
  missed: missedView(enquiry.missed),
  slaState: enquiry.sla ?? null,
  awaited: enquiry.rest && { what: enquiry.rest.what, until: isoOrNull(enquiry.rest.until) },
  openedAt: iso(enquiry.openedAt),
  changedAt: iso(enquiry.changedAt),
  closedAt: 'closedAt' in enquiry ? isoOrNull(enquiry.closedAt) : null,
});

const slaView = ({ firstResponse, resolution }: NonNullable<EnquiryState['sla']>) => ({
  ...(firstResponse ? { firstResponse: slaClockView(firstResponse) } : {}),
  ...(resolution ? { resolution: slaClockView(resolution) } : {}),
});

const slaClockView = ({ state, warned, dueAt, endedAt }: SlaClock): TypeOf<typeof slaClockShape> => ({
  state,
  warned,
  dueAt: state === 'paused' || dueAt >= NEVER ? null : isoOf(dueAt),
  endedAt: endedAt === null ? null : isoOf(endedAt),
});

/** An enquiry as it is answered; `links` are those the caller may see. */
export const enquiryView = (
  enquiry: Enquiry,
  seen: {
    links: string[];
    runUrl: string | null;
    waiting: TypeOf<typeof waitingShape> | null;
    scheduled: OutboxEntry[];
    watchers: TypeOf<typeof watchersShape>;
  },
): TypeOf<typeof enquiryShape> => {
  const { id, revision, sha256 } = enquiry.flow;
  const offer = enquiry.state?.rest?.kind === 'ring' ? enquiry.state.rest.offer : null;
  return {
    ...summaryView(enquiry),
    flow: { id, revision, sha256 },
    mailStopped: enquiry.mailStopped ? { ...enquiry.mailStopped, at: iso(enquiry.mailStopped.at) } : null,
    node: enquiry.state?.node ?? null,
    waiting: seen.waiting,
    offer: offer && {
      id: offer.id,
      agents: offer.agents,
      broadcast: offer.broadcast,
      since: isoOf(offer.since),
      until: isoOf(offer.until),
    },
    ...layingsOf(enquiry),
    ...joinedOf(enquiry),
    sla: slaView(enquiry.state?.merged ? {} : (enquiry.state?.sla ?? {})),
    disposition: enquiry.disposition,
    ending: enquiry.ending,
    messages: enquiry.mail.length,
    links: seen.links,
    watchers: seen.watchers,
    scheduled: seen.scheduled.map(({ _id: mail, sendAfter, heldBecause }) => ({
      mail,
      sendAfter: iso(sendAfter),
      heldBecause,
    })),
    run: enquiry.run && { ...enquiry.run, url: seen.runUrl },
  };
};

function joinedOf({
  state,
  mail,
  absorbed = [],
  moved = [],
  splitFrom = null,
}: Enquiry): Pick<TypeOf<typeof enquiryShape>, 'mergedInto' | 'absorbed' | 'moved' | 'splitFrom'> {
  const { merged } = state ?? {};
  const back = moved.filter(({ message }) => !mail.some((each) => each.message === message));
  return {
    mergedInto: merged
      ? {
          id: merged.into,
          number: merged.number,
          by: merged.by,
          at: isoOf(merged.at),
          undoUntil: isoOf(merged.at + UNMERGE_WITHIN_MS),
        }
      : null,
    absorbed: absorbed.map(({ enquiry: id, number, by, at }) => ({ id, number, by, at: iso(at) })),
    moved: back.map(({ at, ...rest }) => ({ ...rest, at: iso(at) })),
    splitFrom,
  };
}

function layingsOf({ state }: Enquiry): Pick<TypeOf<typeof enquiryShape>, 'snooze' | 'spam'> {
  const { snooze, spam } = state ?? {};
  return {
    snooze: snooze ? { until: isoOf(snooze.until), since: isoOf(snooze.since), by: snooze.by } : null,
    spam: spam ? { by: spam.by, at: isoOf(spam.at) } : null,
  };
}
