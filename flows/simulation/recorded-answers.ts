import type { Flow } from '../flow';
import type { TraceEntry } from '../state';
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
export function recordedAnswers(flow: Flow, story: readonly TraceEntry[]): RecordedAnswers {
  const course = openCourse(flow);
  for (const entry of story) {
    course.take(entry);
    if (entry.next !== undefined) course.comeTo(entry.next);
    if (entry.kind === 'close' && entry.detail?.['reason'] !== undefined) break;
  }
  return course.told();
}

function openCourse(flow: Flow) {
  const visits = new Map<string, (string[] | Record<string, string | number | boolean>)[]>();
  const path: string[] = [];
  const untold: string[] = [];
  let [node, last]: [string | null, number] = [null, 0];
  // Whether the ring waits in line, so that the next offer is the line's.
  let inLine = false;

  const here = (): string[] => {
    const lines = visits.get(node ?? '')?.at(-1);
    return Array.isArray(lines) ? lines : [];
  };
  const happened = (entry: TraceEntry, word: string, more: { by?: string | undefined; to?: string } = {}): void => {
    const by = more.by === undefined ? '' : ` by ${more.by}`;
    const to = more.to === undefined ? '' : ` to ${more.to}`;
    here().push(`${word}${by}${to}${after(entry.at - last)}`);
    last = entry.at;
  };
  const timePassed = (entry: TraceEntry, line: string): void => {
    here().push(line);
    last = entry.at;
  };
  const leave = (entry: TraceEntry): void => {
    const { outcome, what, detail = {} } = entry;
    const type = flow.nodes[node ?? '']?.type;
    const saved = detail['values'];
    if (type === 'blocklist' || (outcome === 'error' && type !== 'ring' && type !== 'transfer')) {
      here().push(outcome ?? '');
    } else if (type === 'webhook' && typeof saved === 'object' && saved !== null) {
      visits.get(node ?? '')?.splice(-1, 1, { ...saved } as Record<string, string | number | boolean>);
    } else if (type === 'wait' && outcome === 'timeout') timePassed(entry, 'timeout');
    else if ((outcome === 'unavailable' || outcome === 'failed') && !SILENT.includes(what) && here().at(-1) !== ASKED) {
      timePassed(entry, 'unavailable');
    }
    if (here().at(-1) === ASKED) here().pop();
  };

  return {
    take(entry: TraceEntry): void {
      if (last === 0) last = entry.at;
      const { kind, what, by, detail = {} } = entry;
      const agents = Array.isArray(detail['agents']) ? detail['agents'].map(String) : [];
      if (node !== null && entry.outcome !== undefined && entry.node === node && entry.next !== undefined) leave(entry);
      else if (kind === 'offer') {
        if (what.startsWith('Rings at') && inLine) happened(entry, 'matched', { by: agents[0] });
        if (what.startsWith('Nobody answered')) timePassed(entry, `missed${agents[0] ? ` by ${agents[0]}` : ''}`);
        if (what.startsWith('Agents are online but')) here().push('full');
        if (what.startsWith('Everybody who could')) here().push(ASKED);
        if (what.startsWith('The agent it rang')) happened(entry, 'gone', { by: String(detail['agent']) });
        inLine = what.startsWith('Agents are online but');
      } else if (kind === 'agent') happened(entry, 'agent-unavailable');
      else if (kind === 'accept') happened(entry, 'accepted', { by });
      else if (kind === 'decline') happened(entry, 'declined', { by });
      else if (kind === 'take') happened(entry, 'taken', { by });
      else if (kind === 'reply') happened(entry, 'agent-replied', { by });
      else if (kind === 'close' && by !== undefined && detail['reason'] === undefined)
        happened(entry, 'agent-closed', { by });
      else if (kind === 'delivery') happened(entry, 'delivery-failed');
      else if (kind === 'mail' && what === 'The contact wrote.') happened(entry, 'customer-replied');
      else if (kind === 'mail' && detail['automatic'] === true) happened(entry, 'automatic-mail');
      else if (kind === 'tag' && by !== undefined) tagged(entry);
      else if (kind === 'transfer' && by !== undefined) transferred(entry);
      else if (kind === 'resume') untold.push('A supervisor sent it on while it was parked.');
    },
    comeTo(next: string): void {
      node = next;
      inLine = false;
      path.push(next);
      visits.set(next, [...(visits.get(next) ?? []), []]);
    },
    told: (): RecordedAnswers => ({ answers: answersOf(visits), path, untold }),
  };

  function tagged(entry: TraceEntry): void {
    const added = entry.detail?.['added'];
    const first: unknown = Array.isArray(added) ? added[0] : undefined;
    if (typeof first === 'string' && /^[\w.-]+$/.test(first)) happened(entry, 'tag-added', { by: entry.by, to: first });
    else untold.push('Tags were changed by hand in a way that no test can say.');
  }

  function transferred(entry: TraceEntry): void {
    const group = entry.detail?.['group'];
    if (typeof group === 'string') happened(entry, 'transfer-requested', { by: entry.by, to: group });
    else untold.push('It was transferred to a person; tests can only name groups.');
  }
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
function answersOf(visits: ReadonlyMap<string, (string[] | Record<string, string | number | boolean>)[]>): Answers {
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

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** ` after 5m`: never more than passed, so that it stays before the deadline it came before. */
function after(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds <= 0) return '';
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? ['s', 1];
  return ` after ${seconds / size}${unit}`;
}
