import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonical,
  checkFlow,
  facts,
  parseFlow,
  runFlowTests,
  walkFindings,
  type FlowTests,
  type Json,
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
