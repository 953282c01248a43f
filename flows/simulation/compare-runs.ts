import type { TraceEntry } from '../state';
import type { Simulation } from './simulate';

/** How the draft did otherwise: another way, group and so on; it goes round, is parked, or asks what nobody recorded. */
export type DifferenceKind =
  'path' | 'group' | 'tags' | 'mails' | 'priority' | 'ending' | 'loops' | 'parks' | 'unanswered';

/** One difference of two runs of the same mail, in words. */
export interface RunDifference {
  what: DifferenceKind;
  live: string;
  draft: string;
}

/** How a run came out. */
export interface Played {
  simulation: Simulation;
  /** Mails that would have gone out: none to who may not be answered by a machine. */
  templates: string[];
  end: { sort: 'closed' | 'parks' | 'loops' | 'unanswered'; text: string };
}

/** Where two runs of the same mail part, and how they differ; `node` is null where they begin at other nodes. */
export interface Divergence {
  node: string | null;
  differences: RunDifference[];
}

/** Compares two runs; null when nothing that matters differs. `renamed`: names of the live flow by those of the draft. */
export function compareRuns(live: Played, draft: Played, renamed: ReadonlyMap<string, string>): Divergence | null {
  const [before, after] = [turnsOf(live, new Map()), turnsOf(draft, renamed)];
  const path = wayApart(before, after);
  const found = [...(path ? [path] : []), ...otherwise(live, draft, renamed)];
  if (found.length === 0) return null;
  const index = before.findIndex((turn, each) => turn.key !== after[each]?.key);
  const at = before[index] ?? after[before.length];
  const node = at?.node ?? null;
  return { node: at ? node : (live.simulation.state.node ?? null), differences: found };
}

/** One node left (or the end), with all that must be the same. */
interface Turn {
  node: string | null;
  outcome: string;
  next: string;
  key: string;
}

function turnsOf({ simulation, templates }: Played, renamed: ReadonlyMap<string, string>): Turn[] {
  const named = (name: string | null | undefined): string | null => (name ? (renamed.get(name) ?? name) : null);
  const turns = simulation.trace.filter(({ next, kind }) => next !== undefined || kind === 'close');
  return turns.map((entry) => {
    const [node, next] = [named(entry.node), named(entry.next) ?? ''];
    const sent = templates.length === 0 ? [] : simulation.mails.filter((mail) => mail.node === entry.node);
    const key = JSON.stringify([node, next, done(entry), sent.map(({ template }) => template)]);
    return { node, outcome: entry.outcome ?? '', next, key };
  });
}

/** What a node did to the enquiry, besides leading on. */
function done({ kind, detail = {} }: TraceEntry): unknown {
  if (kind === 'tag') return detail['tags'];
  if (kind === 'route') return [detail['group'], detail['agent']];
  if (kind === 'priority') return detail['priority'];
  return kind === 'close' ? detail['reason'] : null;
}

function wayApart(before: Turn[], after: Turn[]): RunDifference | null {
  const length = Math.min(before.length, after.length);
  for (let index = 0; index < length; index++) {
    const [live, draft] = [before[index], after[index]];
    if (live && draft && live.next !== draft.next) return { what: 'path', live: way(live), draft: way(draft) };
  }
  return null;
}

function way({ outcome, next }: Turn): string {
  return next === '' ? 'the end' : `${outcome === '' ? '' : `${outcome} `}→ ${next}`;
}

function otherwise(live: Played, draft: Played, renamed: ReadonlyMap<string, string>): RunDifference[] {
  const end = endApart(live, draft, renamed);
  // Of a run that ends where its answers do, nobody knows how it would have come out.
  if (end && (live.end.sort === 'unanswered' || draft.end.sort === 'unanswered')) return [end];
  const compare = (what: DifferenceKind, of: (played: Played) => string): RunDifference[] => {
    const [before, after] = [of(live), of(draft)];
    return before === after ? [] : [{ what, live: before, draft: after }];
  };
  return [
    ...compare('group', ({ simulation }) => targetOf(simulation)),
    ...compare('tags', ({ simulation }) => simulation.state.tags.toSorted().join(', ') || 'none'),
    ...compare('mails', ({ templates }) => templates.join(', ') || 'none'),
    ...compare('priority', ({ simulation }) => String(simulation.state.priority)),
    ...(end ? [end] : []),
  ];
}

function targetOf({ state: { group, routed } }: Simulation): string {
  if (routed && 'agent' in routed) return routed.agent;
  return group ?? 'none';
}

function endApart(live: Played, draft: Played, renamed: ReadonlyMap<string, string>): RunDifference | null {
  const rest = draft.simulation.state.node ?? '';
  const known = draft.end.text.replace(`"${rest}"`, `"${renamed.get(rest) ?? rest}"`);
  if (live.end.sort === draft.end.sort && live.end.text === known) return null;
  const half = live.end.sort === 'unanswered' || draft.end.sort === 'unanswered';
  const fault = draft.end.sort !== 'closed' && draft.end.sort !== live.end.sort ? draft.end.sort : null;
  const what = fault ?? (half ? 'unanswered' : 'ending');
  return { what, live: live.end.text, draft: draft.end.text };
}
