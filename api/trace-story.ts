/**
 * Tells a trace in plain sentences, oldest first: offered by which server when, verdict and why, each node with its
 * reason, who was rung and what came of it, each outgoing mail with the server's answer word for word, what is awaited
 * now. The API and `ringpost trace` tell the same story by this file.
 */
import type { TraceEntry } from '../flows/state';
import type { Decision } from '../store/decisions';
import type { Enquiry } from '../store/enquiries';
import type { LedgerEntry, Verdict } from '../store/ledger';
import type { OutboxEntry } from '../store/outbox';
import type { RefusedMail } from '../store/refused-mails';
import type { WrittenBy } from '../store/written-by';
import type { Tale, Trace } from './trace';

/** One sentence and the moment it tells of; the last of a tale tells of now and has none. */
export interface StoryLine {
  at: Date | null;
  sentence: string;
}

/** The tale of one enquiry or mail. */
export interface Story {
  title: string;
  lines: StoryLine[];
}

/** All tales of a trace; empty when nothing is known (see `nothingFound`). */
export const tellTrace = (trace: Trace): Story[] =>
  trace.tales.map((tale) => ({ title: titleOf(tale), lines: linesOf(tale) }));

/** What is said when nothing was found. */
export const nothingFound = ({ word, since, until }: Trace): string =>
  `Nothing was offered to us for "${word}" between ${since.toISOString()} and ${until.toISOString()}. ` +
  'If the sender has proof of sending, ask for the answer his mail server got; it names the server that took the mail.';

/** One step of an enquiry's story as a sentence. */
export const tellStep = (entry: TraceEntry, names: Record<string, string> = {}): string => {
  const where = entry.node === null ? '' : `At "${entry.node}" (${entry.kind}): `;
  const agents = agentsOf(entry).filter((agent) => agent !== entry.by);
  const who = [
    ...(entry.by === undefined ? [] : [`by ${named(entry.by, names)}`]),
    ...(agents.length === 0 ? [] : [`agents: ${agents.map((agent) => named(agent, names)).join(', ')}`]),
  ];
  const course = [
    ...(entry.outcome === undefined ? [] : [`outcome ${entry.outcome}`]),
    ...(entry.next === undefined ? [] : [`on to "${entry.next}"`]),
  ];
  const what = `${entry.what.replace(/[.\s]+$/, '')}${tagsOf(entry)}`;
  return `${where}${what}${who.length > 0 ? ` (${who.join('; ')})` : ''}${course.length > 0 ? `; ${course.join(', ')}` : ''}.`;
};

/** Why an agent was chosen and the others were not. */
export const tellDecision = (decision: Decision, names: Record<string, string> = {}): string => {
  if (decision.candidates.length === 0) return 'Why: there was nobody to choose from.';
  const chosen = decision.candidates.filter((each) => each.chosen);
  const others = decision.candidates.filter((each) => !each.chosen);
  const reasons = (all: typeof others): string =>
    all.map((each) => `${named(each.agent, names)} (${each.reason})`).join(', ');
  const first = chosen.length > 0 ? `chosen ${reasons(chosen)}` : 'nobody was chosen';
  const { strategy, tieBreak } = decision.inputs;
  const by = typeof strategy === 'string' ? ` Strategy: ${strategy}${revisionOf(decision)}.` : '';
  const tie = typeof tieBreak === 'string' ? ` Between equals decided ${tieBreak}.` : '';
  return `Why: ${first}${others.length > 0 ? `; not ${reasons(others)}` : ''}.${by}${tie}`;
};

const revisionOf = ({ flow }: Decision): string =>
  flow === undefined ? '' : `, by revision ${flow.revision} of flow "${flow.id}"`;

function titleOf({ enquiry, entries, refused }: Tale): string {
  if (refused?.to.length === 0) return `Mail from ${refused.from} that was refused before it was sent`;
  if (refused) return `Mail to ${refused.to.join(', ')} that was refused: "${refused.subject ?? ''}"`;
  if (enquiry) return `Enquiry ${enquiry.number} on ${enquiry.channel}: "${enquiry.subject}"`;
  const [entry] = entries;
  return entry ? `Mail to ${entry.channel} that belongs to no enquiry: "${entry.subject ?? ''}"` : 'Nothing';
}

function linesOf(tale: Tale): StoryLine[] {
  const lines = [
    ...(tale.refused ? refusedLines(tale.refused) : []),
    ...tale.entries.flatMap(entryLines),
    ...tale.timeline.map((entry) => ({ at: new Date(entry.at), sentence: tellStep(entry, tale.names) })),
    ...tale.decisions.map((decision) => ({ at: decision.at, sentence: tellDecision(decision, tale.names) })),
    ...tale.outbox.flatMap((mail) => outboxLines(mail, writerOf(tale, mail))),
  ];
  const inOrder = lines
    .map((line, place) => ({ line, place }))
    .toSorted((a, b) => a.line.at.getTime() - b.line.at.getTime() || a.place - b.place);
  return [...inOrder.map(({ line }) => line), { at: null, sentence: nowOf(tale) }];
}

function entryLines(entry: LedgerEntry): { at: Date; sentence: string }[] {
  const { kind, server, envelope } = entry.source;
  const from = envelope.from ? `from ${envelope.from}` : 'without a sender (as reports are)';
  const to = envelope.to.length > 0 ? ` to ${envelope.to.join(', ')}` : '';
  const times = entry.offers === 1 ? '' : ` It was offered ${entry.offers} times in all.`;
  const offered = `Offered by ${kind.toUpperCase()} by ${server}${envelope.helo ? ` (${envelope.helo})` : ''} ${from}${to}: "${entry.subject ?? ''}", ${entry.bytes} bytes; ledger entry ${entry._id}.${times}`;
  const past = entry.history.map((each) => ({
    at: each.until,
    sentence: `The verdict "${each.verdict ?? 'none'}"${each.reason ? ` (${each.reason})` : ''} was replaced by ${each.by}.`,
  }));
  if (entry.verdict === null || entry.settledAt === null) {
    return [
      { at: entry.receivedAt, sentence: `${offered} It has no verdict yet; it gets one within a minute.` },
      ...past,
    ];
  }
  const because = entry.reason ? ` Reason: ${entry.reason.replace(/\.$/, '')}.` : '';
  const sentence = `Verdict ${entry.verdict}: ${verdictSentences[entry.verdict]}${because}`;
  return [{ at: entry.receivedAt, sentence: offered }, ...past, { at: entry.settledAt, sentence }];
}

function refusedLines(mail: RefusedMail): { at: Date; sentence: string }[] {
  const { at, server, helo, bytes, code, answer, messageId } = mail;
  const writer = mail.headerFrom && mail.headerFrom !== mail.from ? ` (in its header ${mail.headerFrom})` : '';
  const from = `${mail.from ? `from ${mail.from}` : 'without a sender (as reports are)'}${writer}`;
  const what = `"${mail.subject ?? ''}"${messageId ? `, ${messageId}` : ''}, ${bytes} bytes`;
  const toWhom = mail.to.length > 0 ? `to ${mail.to.join(', ')}: ${what}` : `with ${bytes} bytes announced`;
  const offered = `Offered by SMTP by ${server}${helo ? ` (${helo})` : ''} ${from} ${toWhom}.`;
  const why =
    code < 500
      ? `We asked its server to come again: ${code} ${answer}.`
      : `We refused it and kept nothing of it: ${code} ${answer}. Its server had to tell the sender.`;
  return [
    { at, sentence: offered },
    { at, sentence: why },
  ];
}

const verdictSentences: Record<Verdict, string> = {
  started: 'it started an enquiry.',
  joined: 'it joined an enquiry.',
  duplicate: 'the same mail was here before.',
  own: 'it is our own mail that came back.',
  probe: 'it is a test or a confirmation, not a letter.',
  blocked: 'its sender is on a blocklist; it is kept, nobody was rung.',
  'delivery-report': 'it reports on a mail of ours.',
  held: 'it is kept until a person or a published flow lets it run.',
  history: 'it is older mail, imported without running a flow.',
  quarantined: 'it could not be read safely; the raw mail is kept.',
  refused: 'it was not taken in.',
};

/** ", written by …", where that is known. */
function writerOf({ writers = {}, names }: Tale, { _id }: OutboxEntry): string {
  const by: WrittenBy | undefined = writers[_id];
  if (!by) return '';
  const { kind, id, draftedBy } = by;
  if (kind === 'flow' || kind === 'system') return `, written by the ${kind}`;
  if (draftedBy !== null) return `, drafted by program ${named(draftedBy, names)}, sent by ${named(id, names)}`;
  return `, written by ${kind === 'program' ? 'program ' : ''}${named(id, names)}`;
}

function outboxLines(mail: OutboxEntry, writer: string): { at: Date; sentence: string }[] {
  const what = `${mail.kind} ${mail.messageId} to ${mail.envelope.to.join(', ')}${writer}`;
  const held = mail.heldBecause === null ? '' : ` It is held: ${mail.heldBecause}.`;
  const lines = [
    { at: mail.queuedAt, sentence: `Queued the ${what}; it leaves not before ${mail.sendAfter.toISOString()}.${held}` },
  ];
  for (const { at, attempt, recipient, code, text } of mail.answers) {
    const whom = recipient === null ? '' : ` to ${recipient}`;
    const said = `${code === null || text.startsWith(String(code)) ? '' : `${code} `}${text}`;
    lines.push({ at, sentence: `The mail server answered attempt ${attempt}${whom}: ${said}` });
  }
  if (mail.doneAt)
    lines.push({
      at: mail.doneAt,
      sentence: `The ${mail.kind} is ${mail.state}. ${whyOf(mail)}`.trim(),
    });
  if (mail.bounced)
    lines.push({
      at: mail.bounced.at,
      sentence: `A delivery report says the ${mail.kind} did not arrive${mail.bounced.recipient ? ` at ${mail.bounced.recipient}` : ''}.`,
    });
  return lines;
}

const whyOf = ({ state, discardedBecause: because }: OutboxEntry): string =>
  because === undefined ? stateSentences[state] : `It did not leave: ${because}.`;

const stateSentences: Record<OutboxEntry['state'], string> = {
  queued: '',
  held: '',
  trying: '',
  'handed-over': '',
  sent: 'The mail server took it.',
  failed: 'The mail server refused it for good.',
  uncertain: 'We handed it over, but the line broke before it was confirmed. It is not sent again by itself.',
  discarded: 'A person decided not to send it.',
};

function nowOf({ enquiry, entries, refused }: Tale): string {
  if (refused) return 'Nothing more is to come of it; if it was offered again, that is told by itself.';
  if (!enquiry) return entries[0]?.verdict ? 'Nothing more is to come of it by itself.' : 'It is being settled.';
  const who = enquiry.assignee === null ? 'Nobody serves it' : `${enquiry.assignee} serves it`;
  const { attention } = enquiry;
  const undone = attention ? ` It needs attention: ${attention.mail} did not arrive (${attention.why}).` : '';
  if (enquiry.closedAt)
    return `Now: closed since ${enquiry.closedAt.toISOString()} (${enquiry.ending ?? 'no reason given'}).${undone}`;
  return `Now: ${enquiry.status}. ${who}. ${awaitedOf(enquiry)}${undone}`;
}

function awaitedOf({ rest }: Enquiry): string {
  if (!rest) return 'It is on its way.';
  const until = rest.until && !rest.what.includes('until') ? ` Until ${rest.until.toISOString()}.` : '';
  return `${rest.what}${until}`;
}

/** The tags that came and went, behind the sentence that says so. */
function tagsOf({ detail }: TraceEntry): string {
  const names = (of: unknown): string =>
    [of]
      .flat()
      .filter((each) => typeof each === 'string')
      .join(', ');
  const [added, removed] = [names(detail?.['added']), names(detail?.['removed'])];
  if (removed !== '') return added === '' ? `: removed ${removed}` : `: added ${added}; removed ${removed}`;
  return added === '' ? '' : `: ${added}`;
}

function agentsOf({ detail }: TraceEntry): string[] {
  return [detail?.['agent'], detail?.['agents']].flat().filter((each) => typeof each === 'string');
}

function named(agent: string, names: Record<string, string>): string {
  const name = names[agent];
  return name === undefined || name === agent ? agent : `${name} (${agent})`;
}
