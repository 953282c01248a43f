import type { Calendar } from './calendar';
import { diffFlows } from './diff';
import type { Flow, SettingValues } from './flow';
import { renameIn } from './rename';
import { MAX_BURST, MAX_STEPS } from './engine/course';
import { assuming, factsOfStranger, type Assumptions } from './simulation/assumed-answers';
import { compareRuns, type Divergence, type Played, type RunDifference } from './simulation/compare-runs';
import { factsRead } from './simulation/facts-read';
import { openScript, type Scenario } from './simulation/scenario';
import { simulateWith } from './simulation/simulate';

/** One mail as it came, with what is known of how it went. */
export interface RecordedMail {
  /** By which people find it: a file, a number. Each mail has its own. */
  name: string;
  /** What the mail says, when it came, and the answers that were recorded. Its settings are not read. */
  scenario: Scenario;
  /** Facts of the scenario that are only guessed, with how, for people: `"message.spf": "none"`. */
  guessed?: Record<string, string>;
  /** No machine may answer it: it is automatic, a list, spam. */
  unanswerable?: boolean;
}

/** What is compared, and on what terms. */
export interface BacktestOptions {
  live: Flow;
  draft: Flow;
  /** Of the channel; both flows are played with them. */
  settings: SettingValues;
  /** As they are now; what came before is played by them. */
  calendars?: Record<string, Calendar>;
  assumptions: Assumptions;
}

/** What became of one mail in both flows; `divergence` is null when nothing differs. */
export interface BothPlayed {
  live: Played;
  draft: Played;
  divergence: Divergence | null;
  /** What nobody recorded and was assumed in either run, such as `ring: accepted` or `contact.known: false`. */
  assumed: string[];
}

/** All differences that begin at one node. */
export interface DivergingNode {
  /** Null: the flows begin at different nodes. */
  node: string | null;
  mails: number;
  differences: (RunDifference & { mails: string[] })[];
}

/** What a backtest found. */
export interface BacktestReport {
  mails: number;
  same: number;
  different: number;
  /** Of the mails that are the same: those of which both runs end where the answers do. */
  undecided: number;
  /** Nodes by the number of mails that part there, most first. */
  nodes: DivergingNode[];
  /** What was assumed, and for how many mails. */
  assumed: { what: string; mails: number }[];
  /** Runs that came to no end: the answer that is missing, or where they go round; and for how many mails. */
  unfinished: { flow: 'live' | 'draft'; what: string; mails: number }[];
}

/** A backtest under way: mails are played one by one, and the report may be asked for at any time. */
export interface Backtest {
  /** Plays a mail through both flows without counting it: its traces are wanted. */
  look(mail: RecordedMail): BothPlayed;
  /** Plays a mail and counts what became of it. */
  add(mail: RecordedMail): void;
  report(): BacktestReport;
}

/**
 * Plays mails that have come through the live flow and through a draft, on a virtual clock, and tells what would have
 * gone otherwise. Nothing is sent and nobody is rung: it is `step` and nothing else. Pure.
 */
export function createBacktest({ live, draft, settings, calendars = {}, assumptions }: BacktestOptions): Backtest {
  const renamed = renamedNodes(live, draft);
  const sides = [
    { flow: live, reads: factsRead(live), renamed: new Map<string, string>() },
    { flow: draft, reads: factsRead(draft), renamed },
  ];
  const stranger = assumptions.people === null ? {} : factsOfStranger(assumptions.people);
  const tally = openTally();
  const playOne = (mail: RecordedMail, { flow, reads, renamed: names }: (typeof sides)[number]) => {
    const { scenario } = mail;
    const facts = { ...stranger, ...scenario.facts };
    const recorded = openScript(scenario.answers ?? {});
    const script = assuming({ flow, recorded, assumptions, facts, renamed: names });
    const simulation = simulateWith(flow, { calendars, ...scenario, facts, settings }, script);
    const guesses = new Set(simulation.path.flatMap((node) => reads.get(node) ?? []));
    const guessed = [...guesses].flatMap((path) => guessOf(path, mail, stranger) ?? []);
    const played: Played = {
      simulation,
      templates: mail.unanswerable ? [] : simulation.mails.map(({ template }) => template),
      end: endOf(simulation, script.goesRound()),
    };
    return { played, assumed: [...guessed, ...script.assumed()] };
  };
  const look = (mail: RecordedMail): BothPlayed => {
    const [before, after] = sides.map((side) => playOne(mail, side));
    if (!before || !after) throw new Error('A backtest has two sides.');
    return {
      live: before.played,
      draft: after.played,
      divergence: compareRuns(before.played, after.played, renamed),
      assumed: [...new Set([...before.assumed, ...after.assumed])],
    };
  };
  return { look, add: (mail) => tally.count(mail.name, look(mail)), report: tally.report };
}

function guessOf(path: string, { scenario, guessed = {} }: RecordedMail, stranger: Scenario['facts'] = {}) {
  if (Object.hasOwn(guessed, path)) return `${path}: ${guessed[path] ?? ''}`;
  const known = scenario.facts !== undefined && Object.hasOwn(scenario.facts, path);
  return !known && Object.hasOwn(stranger, path) ? `${path}: ${JSON.stringify(stranger[path])}` : null;
}

function endOf({ state, faults }: Played['simulation'], round: string | null): Played['end'] {
  if (state.burst > MAX_BURST || state.steps > MAX_STEPS || round !== null) {
    return { sort: 'loops', text: `goes round at "${round ?? state.node ?? ''}"` };
  }
  if (state.status === 'closed') return { sort: 'closed', text: `closed: ${state.ending ?? ''}` };
  if (state.rest?.kind === 'parked') return { sort: 'parks', text: `parked: ${state.rest.reason}` };
  return { sort: 'unanswered', text: faults[0] ?? `stays at "${state.node ?? ''}"` };
}

/**
 * Names of the live flow by those the draft gave the same nodes. A node that leads to a renamed one is only known again
 * when that one is, so it is looked again until nothing more is found.
 */
function renamedNodes(live: Flow, draft: Flow): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (let known = live; ;) {
    const found = diffFlows(known, draft).flatMap(({ what, pointer, before }) =>
      what === 'renamed' && pointer.startsWith('/nodes/') && typeof before === 'string'
        ? [{ sort: 'node' as const, from: before, to: pointer.slice('/nodes/'.length) }]
        : [],
    );
    const before = known;
    for (const rename of found) {
      names.set(rename.to, rename.from);
      known = renameIn(known, rename) ?? known;
    }
    if (known === before) return names;
  }
}

interface Tally {
  count(name: string, both: BothPlayed): void;
  report(): BacktestReport;
}

function openTally(): Tally {
  const nodes = new Map<
    string | null,
    { mails: number; differences: Map<string, DivergingNode['differences'][number]> }
  >();
  const assumed = new Map<string, number>();
  const unfinished = new Map<string, number>();
  let [mails, different, undecided] = [0, 0, 0];
  const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  const part = (name: string, { node, differences }: Divergence): void => {
    different += 1;
    const at = nodes.get(node) ?? { mails: 0, differences: new Map() };
    nodes.set(node, at);
    at.mails += 1;
    for (const each of differences) {
      const key = JSON.stringify(each);
      const row = at.differences.get(key) ?? { ...each, mails: [] };
      row.mails.push(name);
      at.differences.set(key, row);
    }
  };
  return {
    count(name, { live, draft, divergence, assumed: what }) {
      mails += 1;
      for (const each of what) add(assumed, each);
      for (const [flow, { end }] of Object.entries({ live, draft })) {
        if (end.sort === 'unanswered' || end.sort === 'loops') add(unfinished, JSON.stringify([flow, end.text]));
      }
      if (divergence) part(name, divergence);
      else if (live.end.sort === 'unanswered') undecided += 1;
    },
    report: () => ({
      mails,
      same: mails - different,
      different,
      undecided,
      nodes: mostFirst(
        [...nodes].map(([node, at]) => ({
          node,
          mails: at.mails,
          differences: [...at.differences.values()].toSorted((a, b) => b.mails.length - a.mails.length),
        })),
      ),
      assumed: mostFirst([...assumed].map(([what, count]) => ({ what, mails: count }))),
      unfinished: mostFirst(
        [...unfinished].map(([key, count]) => {
          const [flow, what] = JSON.parse(key) as ['live' | 'draft', string];
          return { flow, what, mails: count };
        }),
      ),
    }),
  };
}

function mostFirst<Row extends { mails: number }>(rows: Row[]): Row[] {
  return rows.toSorted((a, b) => b.mails - a.mails);
}
