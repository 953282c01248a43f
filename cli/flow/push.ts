import type { FlowTests } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { paintFor } from './colours';
import { describeFindings } from './findings';
import { readFlows, readText, testsBeside, type FlowFile } from './flow-files';
import { readTests } from './flow-tests';
import { nameMails, withMails } from './given-mail';
import { takeOptions, type Options } from './options';
import type { FlowCommand, FlowPorts } from './ports';
import { SERVER_ABOUT, SERVER_USAGE, serverOf, serverOptions } from './server';
import { idOf, pushFlow, type Pushed, type PushGuard } from './server-flow';

/** Options of a push, beside those of the server. */
export const pushOptions = { flags: ['--json', '--force'], values: [...serverOptions, '--expected'] };

/** `ringpost flow push`: saves files as drafts of a server. */
export const push: FlowCommand = {
  name: 'push',
  usage: `ringpost flow push [FILE|FOLDER|-]… [--expected SHA256] [--force] ${SERVER_USAGE} [--json]`,
  about: `saves flows, and the tests beside them, as drafts of a server and prints what it finds, as \`check\` does. Work of somebody else that was never published is not written over: name the draft you started from with --expected, or mean it with --force. Exit code 1 for errors and for what was not saved, 2 when it cannot be done; ${SERVER_ABOUT}`,
  examples: [
    ['ringpost flow push flows/', 'all flows of a folder, with their tests'],
    ['ringpost flow push support.json --expected 5a1c…', 'only over the draft you pulled'],
    ['ringpost flow push flows/ --json', 'one line for each flow, for a program'],
  ],
  async run(args, ports) {
    const options = takeOptions(args, pushOptions);
    const guard = guardOf(options);
    const flows = await readFlows(options.words, ports);
    if (guard.expected !== null && flows.length !== 1) throw new WrongUsage('--expected goes with one flow.');
    const server = await serverOf(options, ports);
    let wrong = false;
    for (const flow of flows) {
      const pushed = await pushedFrom(flow);
      const outcome = await pushFlow(server, pushed, guard);
      if ('refused' in outcome) {
        wrong = true;
        tell(ports, options, { file: flow.file, flow: pushed.id, saved: false, refused: outcome.refused });
        continue;
      }
      const { saved, sha256, findings } = outcome;
      wrong ||= findings.some(({ severity }) => severity === 'error');
      const findingsText = describeFindings([{ file: flow.file, findings }], paintFor(ports.colours));
      if (!options.flags.has('--json') && findings.length > 0) ports.out(findingsText);
      tell(ports, options, { file: flow.file, flow: pushed.id, saved, sha256, findings });
    }
    return wrong ? 1 : 0;
  },
};

/** What guards the draft on the server. */
export function guardOf({ values, flags }: Options): PushGuard {
  return { expected: values.get('--expected')?.at(-1) ?? null, force: flags.has('--force') };
}

/** A file with the tests beside it. */
export async function pushedFrom(flow: FlowFile): Promise<Pushed> {
  const tests = await readTests(flow.file);
  const written = async (found: FlowTests): Promise<string> =>
    nameMails(found)
      ? `${JSON.stringify(await withMails(found, flow.file), null, 2)}\n`
      : readText(testsBeside(flow.file));
  return { id: idOf(flow), text: flow.text, tests: tests === null ? null : await written(tests) };
}

interface Told {
  file: string;
  flow: string;
  saved: boolean;
  sha256?: string;
  refused?: string;
  findings?: object[];
}

function tell({ out }: FlowPorts, { flags }: Options, told: Told): void {
  const { file, flow, saved, refused } = told;
  const sentence = saved ? `saved as the draft of "${flow}"` : `the draft of "${flow}" is this already`;
  if (flags.has('--json')) out(`${JSON.stringify(told)}\n`);
  else out(`${file}: ${refused === undefined ? `${sentence}.` : `not saved, as ${refused}`}\n`);
}
