import { WORKSPACE_CALENDAR } from '../calendar';
import type { Flow } from '../flow';
import type { MessageFacts } from '../state';
import { factsRead } from './facts-read';
import type { FlowTest } from './flow-test';
import { factsOf, partedAt, replayRun, type RecordedRun } from './recorded-run';
import type { Scenario } from './scenario';
import { simulate, type Simulation } from './simulate';
import { withoutPeople } from './without-people';
import { withoutPeopleInAnswers } from './without-people-in-answers';

/** A run as a test of its flow. */
export interface RunAsTest {
  test: FlowTest;
  /** Paths of facts and personal variables whose values are made up now. */
  replaced: string[];
  /** Why the test does not go the way the run did, as sentences; empty when it does. */
  trouble: string[];
}

/**
 * Makes a test of a run: only what the nodes on its way looked at is kept, personal data is made up, and the test is
 * played at once. Where it takes another way, the node is named that looked at what was replaced.
 */
export function runAsTest(run: RecordedRun, title: string): RunAsTest {
  const { flow } = run;
  const whole = replayRun(run);
  const reads = factsRead(flow);
  const nodes = new Set(whole.path);
  const read = new Set([...nodes].flatMap((node) => reads.get(node) ?? []));
  const looked = Object.fromEntries(Object.entries(factsOf(run)).filter(([path]) => read.has(path)));
  const { facts, replaced: inFacts } = withoutPeople(flow, nodes, looked);
  const { answers, replaced: inAnswers } = withoutPeopleInAnswers(flow, nodes, whole.scenario.answers ?? {});
  const replaced = [...inFacts, ...inAnswers];
  const message = messageRead(run.message, read);
  const given: FlowTest['given'] = {
    at: new Date(run.at).toISOString(),
    ...(read.has('enquiry.id') ? { enquiry: run.enquiry } : {}),
    ...(read.has('channel.id') ? { channel: run.channel } : {}),
    ...(Object.keys(message).length > 0 ? { message } : {}),
    ...(Object.keys(facts).length > 0 ? { facts } : {}),
    ...(Object.keys(run.settings).length > 0 ? { settings: run.settings } : {}),
    ...calendarsNamed(flow, nodes, read, run.calendars),
  };
  const played = simulate(flow, { ...given, answers });
  const trouble = [
    ...whole.untold,
    ...(whole.parted === null ? [] : [unlike(whole.parted, reads)]),
    ...(whole.parted === null ? changed({ whole, played, reads, replaced }) : []),
  ];
  const test: FlowTest = { title, given, answers, expect: expectationOf(played, whole.path) };
  return { test, replaced, trouble };
}

/** The calendars that nodes on the way looked at, as they are now. */
function calendarsNamed(
  flow: Flow,
  nodes: ReadonlySet<string>,
  read: ReadonlySet<string>,
  known: RecordedRun['calendars'] = {},
): Pick<NonNullable<FlowTest['given']>, 'calendars'> {
  const named = [...nodes].flatMap((name) => {
    const node = flow.nodes[name];
    return node?.type === 'route' ? node.destinations.flatMap(({ calendar }) => calendar ?? []) : [];
  });
  if (read.has('time.open')) named.push(flow.calendar ?? WORKSPACE_CALENDAR);
  const found = [...new Set(named)].flatMap((name) => {
    const calendar = Object.hasOwn(known, name) ? known[name] : undefined;
    return calendar ? [[name, calendar] as const] : [];
  });
  return found.length > 0 ? { calendars: Object.fromEntries(found) } : {};
}

/** The run itself cannot be played as it went: something it looked at is not known as it was. */
function unlike(node: string, reads: ReadonlyMap<string, readonly string[]>): string {
  const looked = reads.get(node) ?? [];
  const what = looked.length > 0 ? ` It looks at ${looked.join(', ')}, which may have been otherwise then.` : '';
  return `Played again with what is known today, the run leaves its way after the node "${node}".${what}`;
}

interface Compared {
  whole: { simulation: Simulation; path: string[] };
  played: Simulation;
  reads: ReadonlyMap<string, readonly string[]>;
  replaced: string[];
}

function changed({ whole, played, reads, replaced }: Compared): string[] {
  const before = doneBy(whole.simulation);
  const after = doneBy(played);
  const index = before.findIndex((each, at) => each.key !== after[at]?.key);
  if (index < 0 && partedAt(whole.path, played.path) === null) return [];
  const node = before[index]?.node ?? whole.path.at(-1) ?? '';
  const looked = (reads.get(node) ?? []).filter((path) => replaced.includes(path));
  const why =
    looked.length > 0 ? `it looked at ${looked.join(', ')}, which was replaced` : 'nothing it looked at was kept';
  return [`The test goes another way than the run at the node "${node}": ${why}.`];
}

/** What each node decided, in order. */
function doneBy({ trace }: Simulation): { node: string | null; key: string }[] {
  return trace
    .filter(({ next, kind }) => next !== undefined || kind === 'close')
    .map(({ node, outcome, next, detail = {} }) => ({
      node,
      key: JSON.stringify([node, outcome, next, detail['tags'], detail['values'], detail['group']]),
    }));
}

const FIELDS: Record<string, keyof MessageFacts> = {
  'message.from.domain': 'fromDomain',
  'message.language': 'language',
  'message.attachments.count': 'attachmentCount',
  'message.spf': 'spf',
  'message.dkim': 'dkim',
  'message.dmarc': 'dmarc',
  'message.size': 'size',
};

/** What the engine itself looks at, where it is not as usual, and what the flow read. */
function messageRead(message: MessageFacts, read: ReadonlySet<string>): NonNullable<Scenario['message']> {
  const usual = { kind: message.automatic ? 'automatic' : 'person', automatic: false, participant: true } as const;
  const kept = Object.entries(usual).filter(([name, value]) => message[name as keyof typeof usual] !== value);
  const looked = Object.entries(FIELDS).filter(([path]) => read.has(path));
  return Object.fromEntries([
    ...kept.map(([name]) => [name, message[name as keyof typeof usual]]),
    ...looked.map(([, name]) => [name, message[name]]),
  ]) as NonNullable<Scenario['message']>;
}

function expectationOf({ state, personal, mails }: Simulation, path: string[]): FlowTest['expect'] {
  const ending = state.status === 'closed' ? state.ending : state.status === 'parked' ? 'parked' : null;
  // What personal variables hold here was made up before.
  const variables = { ...state.vars, ...personal };
  return {
    path,
    tags: state.tags,
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    mails: mails.map(({ template }) => template),
    ...(ending === null ? { rest: state.rest?.node ?? '' } : { ending }),
    assignee: state.assignee,
  };
}
