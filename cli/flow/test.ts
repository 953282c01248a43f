import { existsSync } from 'node:fs';
import { coverageOf, runFlowTests } from '../../flows';
import { linkedBeside } from './called-beside';
import { paintFor, type Paint } from './colours';
import { count } from './findings';
import { readFlows, testsBeside, Unreadable, type FlowFile } from './flow-files';
import { playable, readTests } from './flow-tests';
import { withMails } from './given-mail';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';

/** What came of the tests of one flow, as `--json` prints it. */
interface Report {
  file: string;
  tests: { title: string; failures: string[] }[];
  taken: number;
  total: number;
  findings: ReturnType<typeof coverageOf>['findings'];
}

/** `ringpost flow test`: plays the tests beside flows. */
export const test: FlowCommand = {
  name: 'test',
  usage: 'ringpost flow test [FILE|FOLDER]… [--json] [--coverage]',
  about:
    'plays the tests beside flows (desk.test.json of desk.json) and says how many outcomes they take; --coverage names those that none takes. Exit code 1 when a test fails',
  examples: [
    ['ringpost flow test flows/', 'plays the tests of every flow of a folder'],
    ['ringpost flow test support.json --coverage', 'names the outcomes that no test takes'],
    ['ringpost flow test flows/ --json', 'one line for each flow, for a program'],
  ],
  async run(args, ports) {
    const { flags, words } = takeOptions(args, { flags: ['--json', '--coverage'] });
    const paint = paintFor(ports.colours);
    const flows = await readFlows([...new Set(words.map((word) => word.replace(/\.test\.json$/, '.json')))], ports);
    let failed = 0;
    let unplayed = 0;
    for (const flow of flows) {
      try {
        const report = await played(flow);
        failed += report.tests.filter(({ failures }) => failures.length > 0).length;
        if (flags.has('--json')) ports.out(`${JSON.stringify(report)}\n`);
        else
          ports.out(
            report.tests.length === 0
              ? `${flow.file}: ${flow.file === '-' ? 'standard input has no tests beside it' : existsSync(testsBeside(flow.file)) ? `no test in ${testsBeside(flow.file)}` : `no ${testsBeside(flow.file)}`}\n`
              : told(report, flags.has('--coverage'), paint),
          );
      } catch (error) {
        // One flow that is unfinished does not keep the others of its folder from being tested.
        if (!(error instanceof Unreadable)) throw error;
        unplayed += 1;
        ports.err(`${error.message}\n`);
      }
    }
    if (unplayed > 0) return 2;
    return failed > 0 ? 1 : 0;
  },
};

/** @throws Unreadable when the flow cannot be played, or its tests cannot be read */
async function played(flow: FlowFile): Promise<Report> {
  const parsed = await linkedBeside(flow, playable(flow));
  const results = runFlowTests(parsed, await withMails((await readTests(flow.file)) ?? { tests: [] }, flow.file));
  return {
    file: flow.file,
    tests: results.map(({ title, failures }) => ({ title, failures })),
    ...coverageOf(flow.text, parsed, results),
  };
}

function told({ file, tests, taken, total, findings }: Report, named: boolean, paint: Paint): string {
  const lines = tests.flatMap(({ title, failures }) => [
    `  ${failures.length === 0 ? paint.green('passed') : paint.red('FAILED')}  ${title}`,
    ...failures.map((failure) => `            ${failure}`),
  ]);
  const untaken = named
    ? findings.map(
        ({ line, column, code, message }) =>
          `  ${`${line}:${column}`.padEnd(8)}${paint.yellow('warning')}  ${code}  ${message}`,
      )
    : [];
  const passed = tests.filter(({ failures }) => failures.length === 0).length;
  const summary = `  ${passed} of ${count(tests.length, 'test')} passed; they take ${taken} of ${count(total, 'outcome')}.`;
  return `${[paint.bold(file), ...lines, ...untaken, summary].join('\n')}\n`;
}
