import type { Finding } from '../../flows';
import { ApiRefusal, type TokenClient } from '../api-client';
import { WrongUsage } from '../wrong-usage';
import { paintFor } from './colours';
import { describeFindings } from './findings';
import { readFlows, type FlowFile } from './flow-files';
import { takeOptions } from './options';
import type { FlowCommand, FlowPorts } from './ports';
import { guardOf, pushedFrom, pushOptions } from './push';
import { SERVER_ABOUT, SERVER_USAGE, serverOf } from './server';
import { pushFlow, type PushGuard } from './server-flow';

/** What became of one file; with `--json` exactly this is printed. */
interface Published {
  file: string;
  flow: string;
  /** Number it has now; absent when it was refused. */
  revision?: number;
  sha256?: string;
  /** Channels that run it now. */
  channels?: string[];
  findings: Finding[];
  /** Tests that failed on the server. */
  tests?: { title: string; failures: string[] }[];
  refused?: string;
}

/** `ringpost flow publish`: saves files as drafts, publishes them, and may let channels run them. */
export const publish: FlowCommand = {
  name: 'publish',
  usage: `ringpost flow publish [FILE|FOLDER|-]… --message TEXT [--channel ID]… [--expected SHA256] [--force] ${SERVER_USAGE} [--json]`,
  about: `pushes flows as \`push\` does and publishes them as immutable revisions: refused while the server finds errors, a group or template is missing there, or a test fails. --channel lets a channel run the revision from then on; without it nothing that runs changes. The same content keeps its number, so that a CI may call it at every commit. Exit code 1 when it was refused, 2 when it cannot be done; ${SERVER_ABOUT}`,
  examples: [
    ['ringpost flow publish flows/ --message "$CI_COMMIT_TITLE"', 'from a CI, at every commit of the main branch'],
    ['ringpost flow publish support.json --message "Billing first" --channel support', 'and let the channel run it'],
    [
      'ringpost flow publish support.json --message "Billing first" --json',
      'what is found and the number, for a program',
    ],
  ],
  async run(args, ports) {
    const { flags, values } = pushOptions;
    const options = takeOptions(args, { flags, values: [...values, '--message', '--channel'] });
    const message = options.values.get('--message')?.at(-1)?.trim().split('\n')[0]?.slice(0, 500);
    if (!message) throw new WrongUsage('--message TEXT is needed: it tells colleagues what changed.');
    const channels = options.values.get('--channel') ?? [];
    const flows = await readFlows(options.words, ports);
    const guard = guardOf(options);
    const single = guard.expected !== null || channels.length > 0;
    if (single && flows.length !== 1) throw new WrongUsage('--expected and --channel go with one flow.');
    const server = await serverOf(options, ports);
    let refused = false;
    for (const flow of flows) {
      const done = await publishOne(server, flow, { message, channels, guard });
      refused ||= done.refused !== undefined;
      if (options.flags.has('--json')) ports.out(`${JSON.stringify(done)}\n`);
      else tell(ports, done);
    }
    return refused ? 1 : 0;
  },
};

interface Wanted {
  message: string;
  channels: string[];
  guard: PushGuard;
}

async function publishOne(server: TokenClient, file: FlowFile, wanted: Wanted): Promise<Published> {
  const pushed = await pushedFrom(file);
  const { id } = pushed;
  const base = { file: file.file, flow: id };
  const saved = await pushFlow(server, pushed, wanted.guard);
  if ('refused' in saved) return { ...base, findings: [], refused: saved.refused };
  const { findings, sha256: expectedSha256 } = saved;
  try {
    const path = `/v1/flows/${encodeURIComponent(id)}`;
    const body = { expectedSha256, message: wanted.message };
    const { revision, sha256 } = await server.post<{ revision: number; sha256: string }>(`${path}/publish`, body);
    for (const channel of wanted.channels) {
      await server.put(`/v1/channels/${encodeURIComponent(channel)}/live`, { flow: id, revision });
    }
    return { ...base, revision, sha256, channels: wanted.channels, findings };
  } catch (error) {
    if (!(error instanceof ApiRefusal) || ![404, 409, 422].includes(error.status)) throw error;
    const { tests } = error.problem;
    return { ...base, findings, ...(tests ? { tests } : {}), refused: error.message };
  }
}

function tell({ out, colours }: FlowPorts, done: Published): void {
  const { file, findings, revision, flow, channels = [], tests = [], refused } = done;
  const paint = paintFor(colours);
  if (findings.length > 0) out(describeFindings([{ file, findings }], paint));
  for (const { title, failures } of tests) {
    out([`  ${paint.red('FAILED')}  ${title}`, ...failures.map((failure) => `            ${failure}`), ''].join('\n'));
  }
  if (revision === undefined) out(`${file}: not published: ${refused ?? ''}\n`);
  else out(`${file}: revision ${revision} of "${flow}".\n`);
  for (const channel of channels) out(`Channel "${channel}" runs it for what comes from now on.\n`);
}
