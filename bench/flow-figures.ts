/** Figures of the flow language alone, run compiled and without any server: `node dist/bench/flow-figures.js [--quick]`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkFlow,
  createBacktest,
  evaluate,
  parseFlow,
  simulate,
  type Flow,
  type FlowTests,
  type RecordedMail,
} from '../flows';
import { rounded, type Figure } from './figure';

// The compiled file stands in dist/, the examples in the sources.
const examples = join(process.cwd(), 'flows', 'examples');
const text = readFileSync(join(examples, 'support-desk.json'), 'utf8');

function main(quick: boolean): Figure[] {
  const { flow } = parseFlow(text);
  if (!flow) throw new Error('The example is no flow.');
  const tests = JSON.parse(readFileSync(join(examples, 'support-desk.test.json'), 'utf8')) as FlowTests;
  const seconds = quick ? 1 : 4;
  const parse = perSecond(seconds / 2, () => void JSON.parse(text));
  const check = perSecond(seconds, () => void checkFlow(text));
  const play = perSecond(seconds, (turn) => {
    const test = tests.tests[turn % tests.tests.length];
    simulate(flow, { ...test?.given, answers: test?.answers ?? {} });
  });
  const big = bigFlow(flow);
  const bigMs = 1000 / perSecond(seconds / 2, () => void checkFlow(big)).rate;
  return [
    against('checks of the example', 1000, check, parse.rate),
    against('simulated enquiries', 5000, play, parse.rate),
    figure('check of a flow of 200 nodes', 'under 50 ms', bigMs, 'ms', bigMs < 50),
    patterns(),
    backtested(flow),
  ];
}

/** A draft against the flow in use, on mails as they stand in the store: parsed when they came. */
function backtested(live: Flow): Figure {
  const draft = parseFlow(text.replace('"refund"', '"credit note"')).flow;
  if (!draft) throw new Error('The draft is no flow.');
  const mails = Array.from({ length: 10_000 }, (_, each) => storedMail(each));
  const began = cpuSeconds();
  const assumptions = { people: 'accepted' as const, answers: {} };
  const backtest = createBacktest({ live, draft, settings: {}, assumptions });
  for (const mail of mails) backtest.add(mail);
  const { mails: played, different } = backtest.report();
  const seconds = cpuSeconds() - began;
  // Every tenth asks for a refund, and nothing else differs.
  const right = played === mails.length && different === mails.length / 10;
  return figure('backtest of 10,000 stored mails', 'at most 10 s', seconds, 's', right && seconds <= 10);
}

/** A mail of some 2,000 characters; each has its own subject and sender. */
function storedMail(each: number): RecordedMail {
  const subject = each % 10 === 0 ? `Refund of order ${each}` : `Question about order ${each}`;
  const message = 'Good morning, I ordered two lamps and one of them does not light up. What shall I do? ';
  return {
    name: `mail-${each}`,
    scenario: {
      at: new Date(Date.UTC(2026, 9, 5) + each * 60_000).toISOString(),
      enquiry: `enquiry-${each}`,
      facts: {
        'message.subject': subject,
        'message.text': message.repeat(24),
        'message.from.address': `customer-${each}@example.org`,
      },
    },
  };
}

/** Seconds this process has computed: what else runs on the machine counts less than by the clock on the wall. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** How often something can be done in a second of computing, measured for that long after a warm-up. */
function perSecond(seconds: number, act: (turn: number) => void): { rate: number; samples: number } {
  const run = (forSeconds: number): number => {
    const until = cpuSeconds() + forSeconds;
    let turns = 0;
    while (cpuSeconds() < until) for (let more = 0; more < 10; more++) act(turns++);
    return turns;
  };
  // Until the machine has compiled what it runs.
  run(Math.min(2, seconds));
  const samples = run(seconds);
  return { rate: samples / seconds, samples };
}

/** Beside the figure stands how often this machine parses the same text as JSON, so that two machines can be compared. */
function against(
  what: string,
  goal: number,
  { rate, samples }: { rate: number; samples: number },
  ceiling: number,
): Figure {
  const ratio = rounded(rate / ceiling);
  return {
    figure: what,
    goal: `${goal}/s`,
    measured: rounded(rate),
    unit: '/s',
    ceiling: rounded(ceiling),
    ratio,
    holds: rate >= goal,
    samples,
  };
}

function figure(what: string, goal: string, measured: number, unit: string, holds: boolean): Figure {
  return { figure: what, goal, measured: rounded(measured), unit, ceiling: null, ratio: null, holds, samples: 1 };
}

/** A chain of 200 nodes of several kinds. */
function bigFlow(flow: Flow): string {
  const nodes: Record<string, object> = {};
  for (let index = 0; index < 199; index++) {
    const next = `node-${index + 1}`;
    nodes[`node-${index}`] =
      [
        {
          type: 'switch',
          cases: [{ when: { contains: [{ var: 'message.subject' }, `word ${index}`] }, next }],
          default: next,
        },
        { type: 'tag', add: [`tag-${index}`], next },
        { type: 'wait', for: ['customer-replied'], timeout: '1h', next: { 'customer-replied': next, timeout: next } },
        { type: 'ring', to: 'routed-group', next: { accepted: next, timeout: next, unavailable: next } },
      ][index % 4] ?? {};
  }
  nodes['node-199'] = { type: 'close', reason: 'done', notify: false };
  const ways = { start: 'node-0', onError: 'node-199', onTaken: 'node-199', onClosed: 'node-199' };
  const { $schema, id, title } = flow;
  return JSON.stringify({ $schema, id, title, ...ways, nodes }, null, 2);
}

/** A pattern that hangs JavaScript's RegExp for ever: twice the text may take twice the time. */
function patterns(): Figure {
  const when = { matches: [{ var: 'message.text' }, '^(a+)+$'] };
  const seconds = (length: number): number => {
    const subject = `${'a'.repeat(length)}!`;
    const began = cpuSeconds();
    for (let turn = 0; turn < 20; turn++) evaluate(when, () => subject);
    return cpuSeconds() - began;
  };
  const least = (length: number): number => Math.min(...Array.from({ length: 6 }, () => seconds(length)));
  const ratio = least(40_000) / least(20_000);
  return figure('time of "^(a+)+$" on twice the text', 'at most 3 times', ratio, 'times', ratio <= 3);
}

if (require.main === module) process.stdout.write(`${JSON.stringify(main(process.argv.includes('--quick')))}\n`);
