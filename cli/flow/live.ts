import type { TokenClient } from '../api-client';
import { WrongUsage } from '../wrong-usage';
import { takeOptions, type Options } from './options';
import type { FlowCommand } from './ports';
import { SERVER_ABOUT, SERVER_USAGE, serverOf, serverOptions } from './server';

interface Live {
  channel: string;
  flow: string;
  revision: number;
  previous: number | null;
  canary: { revision: number; percent: number } | null;
  shadow: { revision: number } | null;
  running: { revision: number; open: number }[];
}
interface Moved {
  live: Live;
  left: { revision: number; open: number; choices: string[] } | null;
}
interface Shadow {
  shadow: number;
  played: number;
  same: number;
  different: number;
  nodes: {
    node: string | null;
    differences: { what: string; live: string; shadow: string; enquiries: number; numbers: number[] }[];
  }[];
}

const FLAGS = ['--back', '--promote', '--abort', '--no-shadow', '--differences'];
const VALUES = ['--revision', '--canary', '--shadow', '--stop-mail'];

/** `ringpost flow live`: what a channel runs, and every move of it. */
export const live: FlowCommand = {
  name: 'live',
  usage: `ringpost flow live CHANNEL [--revision NUMBER [--flow ID] | --back | --canary NUMBER --percent SHARE | --promote | --abort | --shadow NUMBER | --no-shadow | --differences | --stop-mail NUMBER --reason TEXT] ${SERVER_USAGE} [--json]`,
  about: `shows what a channel runs, or moves it: to a revision, --back to the one before; a canary of some percent of new enquiries, promoted or aborted; a shadow that is played beside, with its differences. Running enquiries stay on their revision: after a move it says how many and what may be done, such as stopping their automatic mail. Exit code 2 when it cannot be done; ${SERVER_ABOUT}`,
  examples: [
    ['ringpost flow live support', 'what the channel runs, and how many enquiries run on which revision'],
    ['ringpost flow live support --canary 8 --percent 10', 'one in ten new enquiries begins with revision 8'],
    ['ringpost flow live support --back', 'rolls back to the revision before'],
    [
      'ringpost flow live support --stop-mail 8 --reason "Wrong template"',
      'no notice of those enquiries leaves any more',
    ],
  ],
  async run(args, ports) {
    const values = [...serverOptions, ...VALUES, '--flow', '--percent', '--reason'];
    const options = takeOptions(args, { flags: ['--json', ...FLAGS], values });
    const [channel, ...more] = options.words;
    if (channel === undefined || more.length > 0) throw new WrongUsage('Name one CHANNEL.');
    const moves = [
      ...FLAGS.filter((each) => options.flags.has(each)),
      ...VALUES.filter((each) => options.values.has(each)),
    ];
    if (moves.length > 1) throw new WrongUsage(`${moves.join(' and ')} do not go together.`);
    const server = await serverOf(options, ports);
    const answer = await moved(server, `/v1/channels/${encodeURIComponent(channel)}`, options, moves[0]);
    ports.out(options.flags.has('--json') ? `${JSON.stringify(answer)}\n` : told(answer));
    return 0;
  },
};

type Answer = Live | Moved | Shadow | { changed: number; held: number };

async function moved(server: TokenClient, path: string, options: Options, move: string | undefined): Promise<Answer> {
  const now = (): Promise<Live> => server.get<Live>(`${path}/live`);
  const number = (name: string): number => {
    const value = options.values.get(name)?.at(-1) ?? '';
    if (!/^[1-9]\d{0,8}$/.test(value)) throw new WrongUsage(`${name} "${value}" is no number.`);
    return Number(value);
  };
  switch (move) {
    case '--revision': {
      const flow = options.values.get('--flow')?.at(-1);
      return server.put<Moved>(`${path}/live`, { revision: number(move), ...(flow === undefined ? {} : { flow }) });
    }
    case '--back': {
      const { previous } = await now();
      if (previous === null) throw new WrongUsage('Nothing ran before: name the revision with --revision.');
      return server.put<Moved>(`${path}/live`, { revision: previous });
    }
    case '--canary':
      return server.put<Live>(`${path}/canary`, { revision: number(move), percent: number('--percent') });
    case '--promote':
      return server.post<Moved>(`${path}/canary/promote`);
    case '--abort':
      return server.remove<Moved>(`${path}/canary`);
    case '--shadow':
      return server.put<Live>(`${path}/shadow`, { revision: number(move) });
    case '--no-shadow':
      return server.remove<Live>(`${path}/shadow`);
    case '--differences':
      return server.get<Shadow>(`${path}/shadow`);
    case '--stop-mail': {
      const reason = options.values.get('--reason')?.at(-1);
      if (!reason) throw new WrongUsage('--stop-mail NUMBER needs --reason TEXT: colleagues read it in each story.');
      const { flow } = await now();
      const of = `/v1/flows/${encodeURIComponent(flow)}/revisions/${number(move)}`;
      return server.post<{ changed: number; held: number }>(`${of}/stop-mail`, { reason });
    }
    default:
      return now();
  }
}

function told(answer: Answer): string {
  if ('changed' in answer)
    return `${enquiries(answer.changed)} may send no automatic mail any more; held now: ${answer.held}.\n`;
  if ('played' in answer) return shadowTold(answer);
  const { live: at, left } = 'live' in answer ? answer : { live: answer, left: null };
  const { channel, flow, revision, canary, shadow, running } = at;
  const lines = [
    `Channel "${channel}" runs revision ${revision} of "${flow}".`,
    ...(canary ? [`Canary: ${canary.percent} % of new enquiries begin with revision ${canary.revision}.`] : []),
    ...(shadow ? [`Shadow: revision ${shadow.revision} is played beside.`] : []),
    ...running.map((each) => `  revision ${each.revision}: ${each.open} open`),
    ...(left && left.open > 0
      ? [`${enquiries(left.open)} still on revision ${left.revision}:`, ...left.choices.map((each) => `  ${each}`)]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

const enquiries = (number: number): string => `${number} ${number === 1 ? 'enquiry' : 'enquiries'}`;

function shadowTold({ shadow, played, same, different, nodes }: Shadow): string {
  const lines = nodes.flatMap(({ node, differences }) => [
    node ?? '(where the flow begins)',
    ...differences.map(
      (each) =>
        `  ${each.enquiries}  ${each.what}: ${each.live} ⇒ ${each.shadow}  (#${each.numbers.slice(0, 3).join(', #')})`,
    ),
  ]);
  return `${[...lines, `Revision ${shadow} beside ${enquiries(played)}: ${same} the same, ${different} otherwise.`].join('\n')}\n`;
}
