import { WrongUsage } from '../wrong-usage';
import { splitGiven } from './given';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';
import { SERVER_ABOUT, SERVER_USAGE, serverOf, serverOptions } from './server';
import { waitForJob, type ServerJob } from './wait-for-job';

interface Result {
  movable: number;
  moved: number;
  refusedInAll: number;
  refused: { enquiry: string; refusals: string[] }[];
}

/** `ringpost flow migrate`: lets enquiries go on with another revision. */
export const migrate: FlowCommand = {
  name: 'migrate',
  usage: `ringpost flow migrate FLOW --from NUMBER --to NUMBER [--map OLD=NEW]… [--dry-run] ${SERVER_USAGE} [--json]`,
  about: `lets the open enquiries of a revision go on with another one, where they rest in a wait or a ring that the other has too; each refusal is told with its reasons, and nothing is done twice. --dry-run changes nothing. Ctrl-C stops it; what has moved stays. Exit code 1 when an enquiry was refused, 2 when it cannot be done; ${SERVER_ABOUT}`,
  examples: [
    ['ringpost flow migrate support-desk --from 8 --to 9 --dry-run', 'what would move, and why the others would not'],
    ['ringpost flow migrate support-desk --from 8 --to 9 --map serve=care', 'where a node has another name'],
  ],
  async run(args, ports) {
    const values = [...serverOptions, '--from', '--to', '--map'];
    const options = takeOptions(args, { flags: ['--json', '--dry-run'], values });
    const [flow, ...more] = options.words;
    const [from, to] = ['--from', '--to'].map((name) => options.values.get(name)?.at(-1) ?? '');
    if (flow === undefined || more.length > 0) throw new WrongUsage('Name one FLOW.');
    if (![from, to].every((each) => /^[1-9]\d{0,8}$/.test(each ?? ''))) {
      throw new WrongUsage('--from NUMBER and --to NUMBER are needed.');
    }
    const map = Object.fromEntries(
      (options.values.get('--map') ?? []).map((each) => splitGiven(each, '--map OLD=NEW')),
    );
    const server = await serverOf(options, ports);
    const path = `/v1/flows/${encodeURIComponent(flow)}/revisions/${from}/migrate`;
    const body = { to: Number(to), map, dryRun: options.flags.has('--dry-run') };
    const job = await waitForJob(server, await server.post<ServerJob<Result>>(path, body), 'Enquiries', ports);
    if (options.flags.has('--json')) ports.out(`${JSON.stringify(job)}\n`);
    else ports.out(told(job, body.dryRun));
    if (job.state !== 'done') return 2;
    return (job.result?.refusedInAll ?? 0) > 0 ? 1 : 0;
  },
};

function told({ state, result, problem }: ServerJob<Result>, dry: boolean): string {
  const { movable = 0, moved = 0, refusedInAll = 0, refused = [] } = result ?? {};
  const lines = [
    ...refused.map(({ enquiry, refusals }) => `${enquiry}: ${refusals.join(' ')}`),
    dry ? `${movable} could go on, ${refusedInAll} could not.` : `${moved} go on, ${refusedInAll} stay.`,
    ...(state === 'done' ? [] : [`It was not finished: ${problem ?? state}.`]),
  ];
  return `${lines.join('\n')}\n`;
}
