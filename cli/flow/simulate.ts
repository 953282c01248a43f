import {
  durationWords,
  localTime,
  readWords,
  simulate as play,
  tellChoice,
  type Scenario,
  type Simulation,
  type TraceEntry,
} from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { linkedBeside } from './called-beside';
import { paintFor, type Paint } from './colours';
import { readFlows, readText, Unreadable } from './flow-files';
import { playable, readTests } from './flow-tests';
import { withMails } from './given-mail';
import { answersOf, splitGiven, valueOf } from './given';
import { takeOptions, type Options } from './options';
import type { FlowCommand } from './ports';

/** `ringpost flow simulate`: plays one enquiry and tells its story. */
export const simulate: FlowCommand = {
  name: 'simulate',
  usage:
    'ringpost flow simulate FILE [--test TITLE] [--scenario FILE] [--at TIME] [--automatic] [--fact PATH=VALUE]… [--answer NODE=ANSWER[,ANSWER]…]… [--json]',
  about:
    'plays one enquiry on a virtual clock and tells each step. What happens comes from a test beside the flow, a scenario file, or --fact and --answer; nothing is made up: what is missing is told, and the exit code is 1',
  examples: [
    ['ringpost flow simulate support.json --test "a first mail is answered"', 'plays a test and shows its story'],
    [
      'ringpost flow simulate support.json --fact message.subject="Refund" --answer screen=clear --answer ring="accepted by ana"',
      'plays what you say; it tells which answer is missing',
    ],
    [
      `ringpost flow simulate vip.json --answer 'look-up={"tier":"gold"}' --answer ring=timeout`,
      'what another system answers to a webhook is a JSON object',
    ],
    ['ringpost flow simulate support.json --scenario night.json --json', 'the whole trace, for a program'],
  ],
  async run(args, ports) {
    const options = takeOptions(args, {
      flags: ['--json', '--automatic'],
      values: ['--test', '--scenario', '--at', '--fact', '--answer'],
    });
    if (options.words.length > 1) throw new WrongUsage('One flow is played at a time.');
    const [flow] = await readFlows(options.words, ports);
    if (!flow) throw new WrongUsage('Name a flow.');
    const played = playable(flow);
    const simulation = play(await linkedBeside(flow, played), await scenarioOf(flow.file, options));
    if (options.flags.has('--json')) ports.out(`${JSON.stringify(simulation)}\n`);
    else ports.out(storyOf(simulation, paintFor(ports.colours), played.timezone));
    return simulation.faults.length > 0 ? 1 : 0;
  },
};

async function scenarioOf(file: string, { values, flags }: Options): Promise<Scenario> {
  const base = {
    ...(await testNamed(file, values.get('--test')?.at(-1))),
    ...(await scenarioIn(values.get('--scenario')?.at(-1))),
  };
  const at = values.get('--at')?.at(-1);
  if (at !== undefined && Number.isNaN(Date.parse(at)))
    throw new WrongUsage(`--at "${at}" is no time; write 2026-10-05T14:30:00Z.`);
  const facts = (values.get('--fact') ?? []).map((each) => splitGiven(each, '--fact PATH=VALUE'));
  const answers = (values.get('--answer') ?? []).map((each) => splitGiven(each, '--answer NODE=ANSWER'));
  return {
    ...base,
    ...(at === undefined ? {} : { at }),
    ...(flags.has('--automatic') ? { message: { ...base.message, automatic: true } } : {}),
    facts: { ...base.facts, ...Object.fromEntries(facts.map(([path, value]) => [path, valueOf(value)])) },
    answers: {
      ...base.answers,
      ...Object.fromEntries(answers.map(([node, given]) => [node, answersOf(given)])),
    },
  };
}

async function testNamed(file: string, title: string | undefined): Promise<Scenario> {
  if (title === undefined) return {};
  const tests = (await readTests(file))?.tests ?? [];
  const found = tests.find((each) => each.title === title) ?? tests.find((each) => each.title.includes(title));
  if (!found) throw new Unreadable(`${file} has no test "${title}".`);
  const [{ given, answers } = found] = (await withMails({ tests: [found] }, file)).tests;
  return { ...given, answers: answers ?? {} };
}

async function scenarioIn(file: string | undefined): Promise<Scenario> {
  if (file === undefined) return {};
  try {
    return JSON.parse(await readText(file)) as Scenario;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unreadable(`${file} is not JSON: ${error.message}.`);
    throw error;
  }
}

/** The story of a simulated enquiry for people, line by line; the first tells when the mail came, as clocks of the zone show. */
export function storyOf(simulation: Simulation, paint: Paint, zone = 'UTC'): string {
  const { trace, state, mails, elapsedMs, choices, faults } = simulation;
  const sent = mails.length === 0 ? 'no mail' : mails.map(({ template }) => template).join(', ');
  const ending = state.status === 'closed' ? `closed: ${state.ending ?? ''}` : state.status;
  const end = `\n${ending} after ${durationWords(elapsedMs)}; tags: ${state.tags.join(', ') || 'none'}; sent: ${sent}`;
  const missing = faults.map((fault) => paint.red(`Not a whole story: ${fault}.`));
  const began = trace[0]?.at ?? 0;
  const why = choices.map(
    (choice) =>
      `${paint.faint(durationWords(choice.at - began).padStart(12))}  ${choice.node.padEnd(16)} ${tellChoice(choice)}`,
  );
  const reasons = why.length === 0 ? [] : ['', 'Why these agents:', ...why];
  return `${[...linesOf(trace, paint, zone), ...reasons, end, ...missing].join('\n')}\n`;
}

/** Each step of a story on its line, with the time since the mail came. */
export function linesOf(trace: readonly TraceEntry[], paint: Paint, zone = 'UTC'): string[] {
  const began = trace[0]?.at ?? 0;
  const { weekday, text } = localTime(began, zone);
  const clock = paint.faint(` [${weekday} ${text.replace('T', ' ')}, ${zone}]`);
  return trace.map(({ at, node, outcome, next, what, by, detail }, index) => {
    const time = durationWords(at - began).padStart(12);
    const way = outcome === undefined ? '' : ` ${paint.bold(outcome)}${next === undefined ? '' : ` → ${next}`}`;
    return `${paint.faint(time)}  ${(node ?? '').padEnd(16)} ${what}${by === undefined ? '' : ` (${by})`}${way}${paint.faint(readWords(detail?.['read']))}${index === 0 ? clock : ''}`;
  });
}
