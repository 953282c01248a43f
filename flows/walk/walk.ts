import type { Flow, SettingValues } from '../flow';
import type { Effect, EnquiryState, FlowEvent, TraceEntry } from '../state';
import { step } from '../step';
import { answersTo } from './answers';
import { eventsAt, WALKED_MAIL } from './events';
import { lookedAt, opened } from './opened';

/** What came of walking a flow through everything that can happen. */
export interface Walk {
  /** False when the limit of steps was reached before everything was seen: what was not seen may then still exist. */
  complete: boolean;
  steps: number;
  /** Nodes the engine came to, and the ways it took out of them, as `node outcome`. */
  nodes: ReadonlySet<string>;
  ways: ReadonlySet<string>;
  /** Steps between states that follow each other without any pause. */
  immediate: readonly { from: string; to: string; node: string }[];
  /** Reasons for which an enquiry was parked though nothing had failed. */
  parked: ReadonlyMap<string, string>;
}

/** Two moments at which schedules decide differently: a working Monday, and the night to Sunday. */
const MOMENTS = [Date.UTC(2026, 0, 5, 10), Date.UTC(2026, 0, 4, 3)];

/**
 * Walks a flow by the engine's own `step` through every answer and event, state by state. Two states that the flow
 * cannot tell apart count as one. Pure, and never more than `maxSteps` steps.
 */
export function walkFlow(flow: Flow, maxSteps = 50_000): Walk {
  const walker = createWalker(opened(flow), maxSteps);
  const scheduled = Object.values(flow.nodes).some((node) => node.type === 'route' && node.rule === 'schedule');
  for (const at of scheduled ? MOMENTS : MOMENTS.slice(0, 1)) walker.start(at);
  return walker.finish();
}

interface Place {
  key: string;
  state: EnquiryState;
  effect: Effect | null;
  moment: number;
}

function createWalker(flow: Flow, maxSteps: number): { start(at: number): void; finish(): Walk } {
  const keyOf = stateKeys(flow);
  const settings = filledIn(flow);
  const seen = new Set<string>();
  const queue: Place[] = [];
  const nodes = new Set<string>();
  const ways = new Set<string>();
  const immediate: { from: string; to: string; node: string }[] = [];
  const parked = new Map<string, string>();
  let steps = 0;
  const note = (trace: readonly TraceEntry[], failed: boolean): void => {
    for (const { node, outcome, next, kind, what } of trace) {
      if (next !== undefined) nodes.add(next);
      if (node !== null && outcome !== undefined && next !== undefined) ways.add(`${node} ${outcome}`);
      if (kind === 'parked' && !failed) parked.set(node ?? '', what);
    }
  };
  const take = (from: Place | null, event: FlowEvent, moment: number): void => {
    steps += 1;
    const failed = event.type === 'error' || from?.state.failing === true;
    const { state, effects, trace } = step(flow, settings, from?.state ?? null, event);
    note(trace, failed);
    const effect = effects.find(({ seq }) => seq === state.asking?.seq) ?? null;
    // The guards behind the linter are about one enquiry's life; each state here stands for many.
    const place = { key: `${moment} ${keyOf(state)}`, state: { ...state, steps: 0 }, effect, moment };
    if (from && event.type === 'answer') immediate.push({ from: from.key, to: place.key, node: state.node ?? '' });
    if (seen.has(place.key)) return;
    seen.add(place.key);
    queue.push(place);
  };
  const run = (): void => {
    // What is taken adds to the queue while it is gone through.
    for (const place of queue) {
      if (steps >= maxSteps) return;
      for (const event of nextEvents(flow, place)) take(place, event, place.moment);
    }
    queue.length = 0;
  };
  return {
    start(at) {
      take(null, { type: 'start', at, enquiryId: 'walk', channelId: 'walk', message: WALKED_MAIL }, at);
      run();
    },
    finish: () => ({ complete: steps < maxSteps, steps, nodes, ways, immediate, parked }),
  };
}

/** A channel that has filled in everything the flow asks for. */
function filledIn(flow: Flow): SettingValues {
  const open = Object.entries(flow.settings ?? {}).filter(([, declared]) => declared.default === undefined);
  const dummies = { number: 1, boolean: true, duration: '1d' };
  return Object.fromEntries(
    open.map(([name, { type }]) => [name, type in dummies ? dummies[type as keyof typeof dummies] : name]),
  );
}

function nextEvents(flow: Flow, { state, effect }: Place): FlowEvent[] {
  if (!state.asking || !effect) return eventsAt(flow, state);
  const { seq } = state.asking;
  const at = state.changedAt;
  const answers = answersTo(flow, effect, state).map((answer) => ({ type: 'answer' as const, at, seq, answer }));
  return [...answers, { type: 'error', at, seq, code: 'walked' }];
}

/** What of a state can make its course differ from another's; everything else is left out. */
function stateKeys(flow: Flow): (state: EnquiryState) => string {
  const { paths, tags } = lookedAt(flow);
  const replies = Object.values(flow.nodes).some(({ type }) => type === 'auto-reply');
  const sequences = Object.entries(flow.nodes).flatMap(([name, node]) =>
    node.type === 'route' && node.rule === 'sequence' ? [{ name, most: node.destinations.length + 1 }] : [],
  );
  return (state) => {
    const { rest, ringing, asking, pending, requested } = state;
    // A closed enquiry only remembers what it may be opened again with.
    const open = state.status !== 'closed';
    return JSON.stringify([
      [state.status, open && [state.node, state.awaiting, state.failing, state.assignee !== null, state.slot !== null]],
      [rest?.kind, rest?.node, asking?.about, pending?.on, open && Boolean(state.snooze)],
      [ringing?.purpose, ringing?.target, ringing?.back?.node, ringing?.happened],
      [open && state.routed, open && requested?.to, ringing && state.asked.length, replies && state.autoReplies > 0],
      [state.reopened, open && state.closing?.notify],
      state.tags.filter((tag) => tags.has(tag)).toSorted(),
      paths.has('enquiry.priority') ? state.priority : null,
      Object.entries(state.vars).filter(([name]) => paths.has(`vars.${name}`)),
      open && sequences.map(({ name, most }) => Math.min(most, state.visits[name] ?? 0)),
    ]);
  };
}
