import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  SCHEMA_ID,
  canonical,
  checkFlow,
  evaluate,
  facts,
  parseFlow,
  runFlowTests,
  simulate,
  walkFindings,
  type Expression,
  type Flow,
  type FlowTest,
  type FlowTests,
  type Json,
  type Value,
} from '../../flows';
import { OPERATORS } from '../../flows/expression';
import { kinds } from '../../flows/kinds';
import { WAIT_EVENTS } from '../../flows/kinds/wait';
import { runFlow } from './command/run-flow';
import { unchecked } from './unchecked';

const page = readFileSync(join(__dirname, '../../docs/flows.md'), 'utf8');
const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const flows = blocks.filter((block) => block.startsWith('{\n  "$schema"'));
const [tests = ''] = blocks.filter((block) => block.startsWith('{\n  "tests"'));

describe('the page that teaches flows', () => {
  it.each(flows.map((text, index) => [index + 1, text] as const))(
    'step %d is a whole flow without fault',
    (_step, text) => {
      const { flow, findings } = parseFlow(text);
      expect(findings).toEqual([]);
      expect(flow && walkFindings(text, flow)).toEqual([]);
      expect(canonical(JSON.parse(text) as Json)).toBe(text);
    },
  );

  it('shows what the checker says of the mistake it tells to make', async () => {
    const [, step = ''] = flows;
    const wrong = step.replace(', "unavailable": "triage"', '');
    expect(checkFlow(wrong)).toHaveLength(1);
    const { out } = await runFlow(['check', '-'], wrong);
    const shown = page.split('```text\n')[1]?.split('```')[0];
    expect(out.replace(/^-\n/, 'desk.json\n')).toBe(shown);
  });

  it('has tests that the last flow passes', () => {
    const { flow } = parseFlow(flows.at(-1) ?? '');
    if (!flow) throw new Error('no flow');
    const results = runFlowTests(flow, unchecked<FlowTests>(JSON.parse(tests)));
    expect(results.map(({ title, failures }) => [title, failures])).toEqual([
      ['an answered mail is closed with a notice', []],
      ['an overdue answer is asked for', []],
    ]);
  });

  it('gives calendars to a test as it says', () => {
    const shown = blocks.find((block) => block.startsWith('"given"')) ?? '';
    const { given } = unchecked<Pick<FlowTest, 'given'>>(JSON.parse(`{${shown}}`));
    const end = { type: 'close', reason: 'closed', notify: false };
    const flow = {
      $schema: SCHEMA_ID,
      id: 'open',
      title: 'Open',
      timezone: 'Europe/Vienna',
      calendar: 'vienna',
      start: 'ask',
      onError: 'shut',
      nodes: {
        ask: { type: 'switch', cases: [{ when: { var: 'time.open' }, next: 'open' }], default: 'shut' },
        open: end,
        shut: end,
      },
    };
    const path = (at: string): string[] =>
      simulate(unchecked<Flow>(flow), { ...given, at }).path.filter((name) => name !== 'ask');

    expect(path(given?.at ?? '')).toEqual(['shut']);
    expect(path('2026-01-07T10:00')).toEqual(['open']);
    expect(path('2026-01-10T12:30')).toEqual(['shut']);
  });

  it('has conditions to copy that are whole, and hold where they should', () => {
    const shown = blocks.find((block) => block.startsWith('"from-these-companies"')) ?? '';
    const conditions = unchecked<Record<string, Expression>>(JSON.parse(`{${shown}}`));
    for (const when of Object.values(conditions)) {
      const nodes = {
        ask: { type: 'switch', cases: [{ when, next: 'end' }], default: 'other' },
        end: { type: 'close', reason: 'yes', notify: false },
        other: { type: 'close', reason: 'no', notify: false },
      };
      const flow = { $schema: SCHEMA_ID, id: 'copied', title: 'Copied', start: 'ask', onError: 'other', nodes };
      expect(checkFlow(JSON.stringify(flow))).toEqual([]);
    }
    const holds = (read: Record<string, Value>): string[] =>
      Object.entries(conditions).flatMap(([name, condition]) => {
        const evaluated = evaluate(condition, (path) => (Object.hasOwn(read, path) ? read[path] : ''));
        return evaluated.ok && evaluated.value === true ? [name] : [];
      });
    expect(holds({ 'message.from.domain': 'BigCo.example' })).toEqual(['from-these-companies']);
    expect(holds({ 'message.from.domain': 'notbigco.example' })).toEqual([]);
    expect(holds({ 'message.subject': 'My Return' })).toEqual(['whole-word']);
    expect(holds({ 'message.subject': 'A returning customer' })).toEqual([]);
    expect(holds({ 'message.subject': 'Where is A-123456?' })).toEqual(['order-number']);
    expect(holds({ 'message.subject': 'Where is A-1234567?' })).toEqual([]);
    expect(holds({ 'message.text': 'the invoice' })).toEqual(['subject-or-text']);
    expect(holds({ 'message.automatic': false, 'time.open': false })).toEqual(['person-while-closed']);
    expect(holds({ 'message.automatic': true, 'time.open': false })).toEqual([]);
    expect(holds({ 'enquiry.tags': ['key-account'] })).toEqual(['tagged']);
    expect(holds({ 'message.language': 'de' })).toEqual(['german']);
    expect(holds({ 'time.hour': 18 })).toEqual(['evening']);
    expect(holds({ 'time.hour': 17 })).toEqual([]);
  });

  it('shows one node of each kind, with everything it may have', () => {
    const shown = blocks.find((block) => block.startsWith('"screen"')) ?? '';
    const nodes = unchecked<Record<string, Record<string, Json>>>(JSON.parse(`{${shown}}`));
    const rings = { type: 'integer', default: 0 };
    const flow = {
      $schema: SCHEMA_ID,
      id: 'all',
      title: 'All',
      variables: { rings, tier: { type: 'string', default: '' } },
      start: 'screen',
      onError: 'end',
      onTaken: 'serve',
      onClosed: 'end',
      nodes,
    };
    // What it shows leads on in a row, so some nodes stand apart.
    const apart = new Set(['E202', 'W313', 'W314', 'W604', 'W606']);
    expect(checkFlow(JSON.stringify(flow)).filter(({ code }) => !apart.has(code))).toEqual([]);
    const missing = Object.entries(kinds).flatMap(([kind, { properties }]) => {
      const written = Object.values(nodes)
        .filter(({ type }) => type === kind)
        .flatMap(Object.keys);
      return Object.keys(properties).filter((name) => name !== 'sticky' && !written.includes(name));
    });
    expect(missing).toEqual([]);
  });

  it.each([
    ['kind', Object.keys(kinds).map((kind) => `[\`${kind}\`](nodes/${kind}.md)`)],
    ['event', WAIT_EVENTS.map((event) => `\`${event}\``)],
    ['operator', OPERATORS.filter((operator) => operator !== 'var').map((operator) => `\`${operator}\``)],
    ['value that may be read', Object.entries(facts).map(([path, { title }]) => `| \`${path}\` | ${title}`)],
  ])('names every %s', (what, words) => {
    const named = what.startsWith('value')
      ? page.replaceAll(/\| (condition|number|text|list of texts|moment) \| /g, '| ')
      : page;
    expect(words.filter((word) => !named.includes(word))).toEqual([]);
  });
});
