import type { Flow } from '../flow';
import { durationMs, durationText } from '../duration';
import { simulate, type Simulation } from './simulate';
import type { Scenario } from './scenario';
import { unknownNames } from './unknown-names';

/** One test of a flow, as it stands in `NAME.test.json` beside the flow. What `expect` does not name is not compared. */
export interface FlowTest {
  title: string;
  /** `mail` names an `.eml` file beside the tests; who reads files puts what it tells in its place. */
  given?: Omit<Scenario, 'answers'> & { mail?: string };
  answers?: Scenario['answers'];
  expect: {
    /** Nodes in their order; `...` stands for any number of others. */
    path?: string[];
    tags?: string[];
    variables?: Record<string, string | number | boolean>;
    /** Templates of the mails that went out, in their order. */
    mails?: string[];
    /** Reason of the close; `"parked"` for an enquiry that was parked. */
    ending?: string;
    assignee?: string | null;
    /** Group the enquiry is at in the end. */
    group?: string | null;
    priority?: number;
    /** Node at which the enquiry rests when the answers are used up; without it a test goes to the end. */
    rest?: string;
    /** Virtual time from the mail to the end. */
    elapsed?: string;
  };
}

/** The file beside a flow. */
export interface FlowTests {
  tests: FlowTest[];
}

/** What came of one test; it passed when nothing failed. */
export interface FlowTestResult {
  title: string;
  failures: string[];
  simulation: Simulation;
}

/** Plays every test of a flow. */
export function runFlowTests(flow: Flow, { tests }: FlowTests): FlowTestResult[] {
  return tests.map((test) => {
    const { mail, ...given } = test.given ?? {};
    const simulation = simulate(flow, { ...given, answers: test.answers ?? {} });
    const unread = mail === undefined ? [] : [`the mail "${mail}" was not read: only the command finds the file`];
    const unknown = [...unread, ...unknownNames(flow, test)];
    // Of answers at a node that does not exist, that is all there is to say.
    const left = /^nothing asked for .* at "([^"]*)" \(visit \d+\)$/;
    const faults = faultsOf(test.expect, simulation).filter(
      (fault) => !unknown.some((each) => each.includes(`no node "${left.exec(fault)?.[1]}"`)),
    );
    return {
      title: test.title,
      failures: [...unknown, ...faults, ...differences(test.expect, simulation)],
      simulation,
    };
  });
}

/** Where a rest is expected, that nothing more happens there is no fault. */
function faultsOf({ rest }: FlowTest['expect'], { faults, state, path }: Simulation): string[] {
  if (rest === undefined || state.rest?.node !== rest || state.rest.kind === 'parked') return faults;
  const visit = path.filter((node) => node === rest).length || 1;
  return faults.filter((fault) => fault !== `no answer is given for "${rest}" (visit ${visit})`);
}

function differences(expected: FlowTest['expect'], { path, mails, state, personal, elapsedMs }: Simulation): string[] {
  const failures: string[] = [];
  const compare = (what: string, wanted: unknown, found: unknown): void => {
    if (wanted === undefined || JSON.stringify(wanted) === JSON.stringify(found)) return;
    failures.push(`${what}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`);
  };
  if (expected.path && !matchesPath(expected.path, path)) {
    failures.push(`path: expected ${expected.path.join(' > ')}, found ${path.join(' > ')}`);
  }
  compare('tags', expected.tags?.toSorted(), state.tags.toSorted());
  const variables = { ...state.vars, ...personal };
  for (const [name, value] of Object.entries(expected.variables ?? {}))
    if (Object.hasOwn(variables, name)) compare(`variable "${name}"`, value, variables[name]);
  compare(
    'mails',
    expected.mails,
    mails.map(({ template }) => template),
  );
  compare('ending', expected.ending, state.status === 'parked' ? 'parked' : state.ending);
  compare('assignee', expected.assignee, state.assignee);
  compare('group', expected.group, state.group);
  compare('priority', expected.priority, state.priority);
  compare('rest', expected.rest, state.rest?.node ?? null);
  if (expected.elapsed !== undefined && (durationMs(expected.elapsed) ?? 0) !== elapsedMs) {
    failures.push(`elapsed: expected ${expected.elapsed}, found ${durationText(elapsedMs)}`);
  }
  return failures;
}

/** True when the path goes as expected; `...` takes any number of nodes, none too. */
function matchesPath(expected: string[], path: string[]): boolean {
  let [at, from, retry] = [0, -1, 0];
  for (let index = 0; index < path.length;) {
    if (expected[at] === '...') [from, retry] = [at++, index];
    else if (expected[at] === path[index]) [at, index] = [at + 1, index + 1];
    else if (from >= 0) [at, index] = [from + 1, ++retry];
    else return false;
  }
  return expected.slice(at).every((name) => name === '...');
}
