import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonical,
  checkFlow,
  coverageOf,
  diagram,
  parseFlow,
  runFlowTests,
  type Flow,
  type FlowTests,
} from '../../flows';
import { unchecked } from './unchecked';

const folder = join(__dirname, '../../flows/examples');
const pages = join(__dirname, '../../docs/examples');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && !file.endsWith('.test.json'))
  .map((file) => file.replace('.json', ''));

const textOf = (name: string): string => readFileSync(join(folder, `${name}.json`), 'utf8');
const flowOf = (name: string): Flow => {
  const { flow } = parseFlow(textOf(name));
  if (!flow) throw new Error(`${name} is no flow`);
  return flow;
};
const testsOf = (name: string): FlowTests =>
  unchecked<FlowTests>(JSON.parse(readFileSync(join(folder, `${name}.test.json`), 'utf8')));

describe('each ready flow', () => {
  it.each(names)('%s: has no fault, is formatted, and is called as its file', (name) => {
    const findings = checkFlow(textOf(name)).map(({ code, pointer }) => `${code} ${pointer}`);
    expect(findings).toEqual([]);
    expect(canonical(flowOf(name))).toBe(textOf(name));
    expect(flowOf(name).id).toBe(name);
  });

  it.each(names)('%s: passes its tests, and they come to all that is its own', (name) => {
    const results = runFlowTests(flowOf(name), testsOf(name));
    expect(results.flatMap(({ title, failures }) => failures.map((failure) => `${title}: ${failure}`))).toEqual([]);
    const { taken, total } = coverageOf(textOf(name), flowOf(name), results);
    expect(taken / total).toBeGreaterThan(0.4);
  });

  it.each(names)('%s: has a page that shows its diagram and asks its questions', (name) => {
    expect(existsSync(join(pages, `${name}.md`))).toBe(true);
    const page = readFileSync(join(pages, `${name}.md`), 'utf8');
    expect(page.startsWith(`# ${flowOf(name).title}\n`)).toBe(true);
    expect(page).toContain(`\`\`\`mermaid\n${diagram(flowOf(name))}\`\`\``);
    expect(page).toContain('## How to change it');
    for (const [setting, { title }] of Object.entries(flowOf(name).settings ?? {})) {
      expect(page).toContain(`| \`${setting}\` | ${title} |`);
    }
  });

  it('and no page stands for a flow that is gone', () => {
    expect(readdirSync(pages).toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
  });
});
