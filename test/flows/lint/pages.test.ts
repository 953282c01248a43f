import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonical,
  checkFlow,
  coverageOf,
  lintCodes,
  parseFlow,
  runFlowTests,
  walkFindings,
  type Finding,
  type FlowTests,
  type Json,
  type References,
} from '../../../flows';
import { unchecked } from '../unchecked';

const folder = join(__dirname, '../../../docs/lint');
const references: References = {
  groups: ['support', 'triage', 'night-desk'],
  emptyGroups: ['night-desk'],
  templates: ['support-received'],
  lists: ['support'],
  agents: [],
};
const codes = [...lintCodes()];

/** The flow under a heading of a page; what is too long for a page is marked and filled up. */
function flowUnder(code: string, heading: string): string {
  const [block] = blocksUnder(code, heading);
  if (block === undefined) throw new Error(`${code}.md has no flow under "${heading}"`);
  return block.replace('FILL', 'x'.repeat(66_000));
}

function blocksUnder(code: string, heading: string): string[] {
  const page = readFileSync(join(folder, `${code}.md`), 'utf8');
  const under = page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
  return under
    .split('```json\n')
    .slice(1)
    .map((block) => block.split('```')[0] ?? '');
}

/** What is found there. */
function foundIn(code: string, heading: string): Finding[] {
  const text = flowUnder(code, heading);
  const checked = checkFlow(text, references);
  const { flow } = parseFlow(text, references);
  if (code === 'W213' && flow) return [...checked, ...walkFindings(text, flow)];
  if (code !== 'W801' || !flow) return checked;
  const tests = unchecked<FlowTests>(JSON.parse(blocksUnder(code, heading)[1] ?? '{}'));
  const results = runFlowTests(flow, tests);
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  return [...checked, ...coverageOf(text, flow, results).findings];
}

describe('every code of the linter has a page', () => {
  it.each(codes)('%s: %s', (code, title) => {
    expect(existsSync(join(folder, `${code}.md`))).toBe(true);
    expect(readFileSync(join(folder, `${code}.md`), 'utf8').split('\n')[0]).toBe(`# ${code}: ${title}`);
  });

  it('and no page stands for a code that is gone', () => {
    expect(readdirSync(folder).toSorted()).toEqual(codes.map(([code]) => `${code}.md`).toSorted());
  });
});

describe('the flow that a page calls wrong has exactly that fault', () => {
  it.each(codes)('%s: %s', (code) => {
    const findings = foundIn(code, 'Wrong');
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]).toMatchObject({
      severity: code.startsWith('W') ? 'warning' : 'error',
      message: expect.stringMatching(/^\S.*\.$/),
      line: expect.any(Number),
    });
  });
});

describe('the flow that a page calls right has none, and is written as the formatter writes', () => {
  it.each(codes)('%s: %s', (code) => {
    const text = flowUnder(code, 'Right');
    expect(foundIn(code, 'Right')).toEqual([]);
    expect(canonical(JSON.parse(text) as Json)).toBe(text);
  });
});
