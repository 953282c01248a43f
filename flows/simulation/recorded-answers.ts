import { durationText } from '../duration';
import type { Flow, Json } from '../flow';
import type { KeptValues } from '../personal';
import type { TraceEntry } from '../state';
import { answerWith } from '../webhook/answer-with';
import type { Scenario } from './scenario';

type Answers = NonNullable<Scenario['answers']>;

/** What happened in an enquiry, in the words of a scenario. */
export interface RecordedAnswers {
  answers: Answers;
  /** Nodes in the order the course came to them. */
  path: string[];
  /** What no scenario can say, as sentences: a transfer to a person, a supervisor who sent it on. */
  untold: string[];
}

/**
 * Reads the story of an enquiry back into the answers a scenario gives, so that it can be played again: one list for each
 * visit of a node. Reads up to the first close; what came after a reopening is another run.
 */
export function recordedAnswers(
  flow: Flow,
  story: readonly TraceEntry[],
  personal: KeptValues = new Map(),
): RecordedAnswers {
  const course: Course = {
    flow,
    personal,
    visits: new Map(),
    path: [],
    untold: [],
    node: null,
    last: 0,
    inLine: false,
  };
  for (const entry of story) {
    take(course, entry);
    if (entry.next !== undefined) comeTo(course, entry.next);
    if (entry.kind === 'close' && entry.detail?.['reason'] !== undefined) break;
  }
  return { answers: answersOf(course.visits), path: course.path, untold: course.untold };
}

type Visit = string[] | Record<string, Json>;

/** The course as it is read back: where it stands, and what was said at each visit. */
interface Course {
  flow: Flow;
  personal: KeptValues;
  visits: Map<string, Visit[]>;
  path: string[];
  untold: string[];
  node: string | null;
  /** When the last event came. */
  last: number;
  /** The ring waits in line, so that the next offer is the line's. */
  inLine: boolean;
}

function comeTo(course: Course, next: string): void {
  course.node = next;
  course.inLine = false;
  course.path.push(next);
  course.visits.set(next, [...(course.visits.get(next) ?? []), []]);
}

function linesHere({ visits, node }: Course): string[] {
  const lines = visits.get(node ?? '')?.at(-1);
  return Array.isArray(lines) ? lines : [];
}

/** Somebody did something, a while after what came before. */
function happened(
  course: Course,
  { at }: TraceEntry,
  word: string,
  more: { by?: string | undefined; to?: string } = {},
) {
  const by = more.by === undefined ? '' : ` by ${more.by}`;
  const to = more.to === undefined ? '' : ` to ${more.to}`;
  linesHere(course).push(`${word}${by}${to}${after(at - course.last)}`);
  course.last = at;
}

/** Nobody did anything, and the time was over. */
function timePassed(course: Course, { at }: TraceEntry, line: string): void {
  linesHere(course).push(line);
  course.last = at;
}

function take(course: Course, entry: TraceEntry): void {
  if (course.last === 0) course.last = entry.at;
  const { kind, outcome, next, node, by } = entry;
  if (course.node !== null && outcome !== undefined && next !== undefined && node === course.node) leave(course, entry);
  else if (kind === 'offer') offer(course, entry);
  else if (kind === 'mail') mail(course, entry);
  else if (kind === 'close') {
    if (by !== undefined && entry.detail?.['reason'] === undefined) happened(course, entry, 'agent-closed', { by });
  } else if (kind === 'tag' && by !== undefined) tagged(course, entry);
  else if (kind === 'transfer' && by !== undefined) transferred(course, entry);
  else if (kind === 'snooze') snoozed(course, entry);
  else if (kind === 'take' && typeof entry.detail?.['agent'] === 'string') {
    course.untold.push('It was taken over, or given to somebody.');
  } else if (kind === 'resume') course.untold.push('A supervisor sent it on while it was parked.');
  else if (Object.hasOwn(ACTS, kind)) happened(course, entry, ACTS[kind] ?? '', by === undefined ? {} : { by });
}

const ACTS: Record<string, string> = {
  agent: 'agent-unavailable',
  accept: 'accepted',
  decline: 'declined',
  take: 'taken',
  reply: 'agent-replied',
  release: 'released',
  delivery: 'delivery-failed',
};

function leave(course: Course, entry: TraceEntry): void {
  const { outcome = '', what, detail = {} } = entry;
  const node = course.flow.nodes[course.node ?? ''];
  const lines = linesHere(course);
  const rings = node?.type === 'ring' || node?.type === 'transfer';
  if (node?.type === 'blocklist' || (outcome === 'error' && !rings)) lines.push(outcome);
  else if (node?.type === 'webhook') {
    const saved = { ...valuesOf(detail['values']), ...keptIn(course, detail['kept']) };
    course.visits.get(course.node ?? '')?.splice(-1, 1, answerWith(node.save ?? {}, saved));
  } else if (node?.type === 'wait' && outcome === 'timeout') timePassed(course, entry, 'timeout');
  else if (rings && ['unavailable', 'failed'].includes(outcome) && !SILENT.includes(what) && lines.at(-1) !== ASKED) {
    timePassed(course, entry, 'unavailable');
  }
  if (lines.at(-1) === ASKED) lines.pop();
}

/** Values a webhook put into personal variables: the story has the step that kept each. */
function keptIn({ personal }: Course, kept: unknown): Record<string, string | number | boolean> {
  const found = Object.entries(valuesOf(kept)).flatMap(([name, seq]) => {
    const value = personal.get(Number(seq))?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

/** Values a webhook saved, as they stand in the story. */
function valuesOf(values: unknown): Record<string, string | number | boolean> {
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  const plain = entries.filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(plain) as Record<string, string | number | boolean>;
}

function offer(course: Course, entry: TraceEntry): void {
  const { what, detail = {} } = entry;
  const [agent] = Array.isArray(detail['agents']) ? detail['agents'].map(String) : [];
  if (what.startsWith('Rings at') && course.inLine) happened(course, entry, 'matched', { by: agent });
  if (what.startsWith('Nobody answered')) timePassed(course, entry, agent ? `missed by ${agent}` : 'missed');
  if (what.startsWith('Agents are online but')) linesHere(course).push('full');
  if (what.startsWith('Everybody who could')) linesHere(course).push(ASKED);
  if (what.startsWith('The agent it rang')) happened(course, entry, 'gone', { by: String(detail['agent']) });
  course.inLine = what.startsWith('Agents are online but');
}

function mail(course: Course, entry: TraceEntry): void {
  if (entry.what === 'The contact wrote.') happened(course, entry, 'customer-replied');
  else if (entry.detail?.['automatic'] === true) happened(course, entry, 'automatic-mail');
}

function tagged(course: Course, entry: TraceEntry): void {
  const added = entry.detail?.['added'];
  const first: unknown = Array.isArray(added) ? added[0] : undefined;
  if (typeof first === 'string' && /^[\w.-]+$/.test(first)) {
    happened(course, entry, 'tag-added', { by: entry.by, to: first });
  } else course.untold.push('Tags were changed by hand in a way that no test can say.');
}

function snoozed(course: Course, entry: TraceEntry): void {
  const until = entry.detail?.['until'];
  if (typeof until === 'number') {
    const time = after(until - entry.at).replace(' after ', '');
    happened(course, entry, 'snoozed', { by: entry.by, ...(time === '' ? {} : { to: time }) });
  } else if (entry.what === 'The snooze is over.') timePassed(course, entry, 'snooze-ended');
  else if (entry.by !== undefined) course.untold.push('A snooze was ended by hand; tests let its time run out.');
}

function transferred(course: Course, entry: TraceEntry): void {
  const group = entry.detail?.['group'];
  if (typeof group === 'string') happened(course, entry, 'transfer-requested', { by: entry.by, to: group });
  else course.untold.push('It was transferred to a person; tests can only name groups.');
}

/** Stands behind misses after which nobody was left: the simulator finds that out by itself. */
const ASKED = '(asked)';

/** Ends of a ring or transfer that came without anybody being asked. */
const SILENT = [
  'Nobody was rung: no route came before.',
  'Nobody asked for a transfer.',
  'The channel names nobody to transfer to.',
];

/** Visits without an answer count too, where a later one has some. */
function answersOf(visits: ReadonlyMap<string, Visit[]>): Answers {
  const answers: Answers = {};
  for (const [node, all] of visits) {
    const lastTold = all.findLastIndex((each) => !Array.isArray(each) || each.length > 0);
    if (lastTold < 0) continue;
    answers[node] = all
      .slice(0, lastTold + 1)
      .map((each) => (Array.isArray(each) && each.length === 1 ? (each[0] ?? '') : each));
  }
  return answers;
}

/** ` after 5m`: never more than passed, so that it stays before the deadline it came before. */
function after(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds <= 0 ? '' : ` after ${durationText(seconds * 1000)}`;
}
