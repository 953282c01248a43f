import { parseFlow, type BacktestReport, type TraceEntry } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { backtestTable } from './backtest-table';
import { paintFor, type Paint } from './colours';
import { readFlows } from './flow-files';
import type { Options } from './options';
import type { FlowPorts } from './ports';
import { serverOf } from './server';
import { linesOf } from './simulate';
import { waitForJob, type ServerJob } from './wait-for-job';

interface Result extends BacktestReport {
  left: { joined: number; duplicate: number; 'not-kept': number; unreadable: number };
}

/** Options of a backtest on a channel of a server, beside those of a folder. */
export const channelOptions = { flags: ['--mailbox'], values: ['--of', '--last', '--days', '--revision'] };

/** Plays mail of a server's channel through what it runs and a draft; the exit code. */
export async function backtestChannel(options: Options, ports: FlowPorts): Promise<number> {
  const { values, flags, words } = options;
  const value = (name: string): string | undefined => values.get(name)?.at(-1);
  const number = (name: string): Record<string, number> => {
    const given = value(name);
    if (given === undefined) return {};
    if (!/^[1-9]\d{0,8}$/.test(given)) throw new WrongUsage(`${name} "${given}" is no number.`);
    return { [name.slice(2)]: Number(given) };
  };
  if (words.length > 1) throw new WrongUsage('With --of CHANNEL one DRAFT is played beside what runs there.');
  const [draft] = words.length === 1 ? await readFlows(words, ports) : [];
  if (draft && !parseFlow(draft.text).flow)
    throw new WrongUsage(`${draft.file} is no flow: ringpost flow check tells why.`);
  const answers = value('--answers');
  const body = {
    channel: value('--of'),
    from: flags.has('--mailbox') ? 'mailbox' : 'stored',
    ...(draft ? { text: draft.text } : {}),
    ...(answers === undefined ? {} : { answers }),
    ...number('--last'),
    ...number('--days'),
    ...number('--revision'),
  };
  const server = await serverOf(options, ports);
  const started = await server.post<ServerJob<Result>>('/v1/backtests', body);
  const job = await waitForJob(server, started, 'Played', ports);
  const mail = value('--trace');
  if (mail !== undefined) {
    const path = `/v1/backtests/${encodeURIComponent(job.id)}/mails/${encodeURIComponent(mail)}`;
    const traced = await server.get<Traced>(path);
    ports.out(flags.has('--json') ? `${JSON.stringify(traced)}\n` : told(traced, paintFor(ports.colours)));
    return traced.differences.length > 0 ? 1 : 0;
  }
  const { result, state, problem } = job;
  if (flags.has('--json')) ports.out(`${JSON.stringify(job)}\n`);
  else if (result) {
    const nothingNamed = { joined: [], duplicates: [], unreadable: [] };
    ports.out(backtestTable({ ...result, ...nothingNamed, cancelled: state === 'cancelled' }, paintFor(ports.colours)));
    const left = Object.entries(result.left).filter(([, mails]) => mails > 0);
    if (left.length > 0) ports.out(`Left out: ${left.map(([why, mails]) => `${mails} ${why}`).join(', ')}.\n`);
  }
  if (state !== 'done') {
    ports.err(`It was not finished: ${problem ?? state}.\n`);
    return 2;
  }
  return result && (result.different > 0 || result.undecided > 0) ? 1 : 0;
}

interface Played {
  templates: string[];
  end: string;
  trace: TraceEntry[];
}

/** Both stories of one mail, as the server answers them. */
interface Traced {
  node: string | null;
  differences: { what: string; live: string; draft: string }[];
  assumed: string[];
  live: Played;
  draft: Played;
}

function told({ node, differences, assumed, live, draft }: Traced, paint: Paint): string {
  const story = (title: string, { trace, templates, end }: Played): string[] => [
    paint.bold(title),
    ...linesOf(trace, paint),
    `\n${end}; sent: ${templates.join(', ') || 'no mail'}\n`,
  ];
  const parted = differences.map((each) => `  ${each.what}: ${each.live} ⇒ ${each.draft}`);
  const where = differences.length === 0 ? 'Nothing differs.' : `They part at "${node ?? 'the start'}".`;
  const last = assumed.length > 0 ? [`Assumed: ${assumed.join('; ')}.`] : [];
  return `${[...story('Live', live), ...story('Draft', draft), where, ...parted, ...last].join('\n')}\n`;
}
