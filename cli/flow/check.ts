import {
  linkFlow,
  mayBeSettled,
  parseFlow,
  walkFindings,
  withoutWhatCallersDo,
  type Finding,
  type Flow,
} from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { calledBeside, callersBeside } from './called-beside';
import { paintFor } from './colours';
import { describeFindings, type FileFindings } from './findings';
import { readFlows, type FlowFile } from './flow-files';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';
import { sarif } from './sarif';

/** `ringpost flow check`: everything that is wrong or doubtful in flows. */
export const check: FlowCommand = {
  name: 'check',
  usage: 'ringpost flow check [FILE|FOLDER|-]… [--json] [--format human|json|sarif] [--strict] [--quick]',
  about:
    'says what is wrong or doubtful in flows. Exit code 1 for errors (with --strict for warnings too). A flow without errors is walked through everything that can happen; --quick leaves that out. --json prints one line for each file: an array of its findings',
  examples: [
    ['ringpost flow check flows/', 'checks every flow of a folder'],
    ['ringpost flow check support.json --strict', 'fails for warnings as well, as a CI might want'],
    ['ringpost flow check flows/ --format sarif > flows.sarif', 'for a code host that shows findings beside the lines'],
    ['cat support.json | ringpost flow check --json -', 'for a program that reads what is found'],
  ],
  async run(args, ports) {
    const { flags, values, words } = takeOptions(args, {
      flags: ['--json', '--strict', '--quick'],
      values: ['--format'],
    });
    const format = flags.has('--json') ? 'json' : (values.get('--format')?.at(-1) ?? 'human');
    if (!['human', 'json', 'sarif'].includes(format)) throw new WrongUsage(`--format cannot be "${format}".`);
    const flows = await readFlows(words, ports);
    const files: FileFindings[] = [];
    for (const flow of flows) files.push({ file: flow.file, findings: await findingsOf(flow, flags.has('--quick')) });
    ports.out(written(files, format, ports.colours));
    const severe = files.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error');
    const counted = flags.has('--strict') ? files.flatMap(({ findings }) => findings) : severe;
    return counted.length > 0 ? 1 : 0;
  },
};

/** What a flow calls is looked into where it stands beside. */
async function findingsOf({ file, text }: FlowFile, quick: boolean): Promise<Finding[]> {
  const { flow: alone } = parseFlow(text);
  const called = alone ? await calledBeside(file, alone) : new Map<string, never>();
  const published = Object.fromEntries([...called].map(([id, each]) => [id, each.flow]));
  const { flow, findings } = called.size > 0 ? parseFlow(text, { published }) : parseFlow(text);
  const told = alone ? await settled(file, alone, findings) : findings;
  const wrong = findings.some(({ severity }) => severity === 'error');
  return flow && !wrong && !quick ? [...told, ...walkFindings(text, linkFlow(flow, called))] : told;
}

async function settled(file: string, { id }: Flow, findings: Finding[]): Promise<Finding[]> {
  if (file === '-' || !mayBeSettled(findings)) return findings;
  return withoutWhatCallersDo(
    findings,
    (await callersBeside(file, id)).map(({ flow }) => flow),
  );
}

function written(files: FileFindings[], format: string, colours: boolean): string {
  if (format === 'sarif') return sarif(files);
  if (format === 'human') return describeFindings(files, paintFor(colours));
  return files.map(({ file, findings }) => `${JSON.stringify(findings.map((each) => ({ file, ...each })))}\n`).join('');
}
