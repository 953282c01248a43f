import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlow, SCHEMA_ID, type Json } from '../../../flows';
import { kinds } from '../../../flows/kinds';

const folder = join(__dirname, '../../../docs/nodes');
const names = Object.keys(kinds);
const all = Object.entries(kinds);

describe('every node kind has a page', () => {
  it('and no page stands for a kind that is gone', () => {
    expect(readdirSync(folder).toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
  });

  it.each(all)('%s: its sentence, its settings and its outcomes', (name, { title, properties, required, outcomes }) => {
    const page = readFileSync(join(folder, `${name}.md`), 'utf8');
    expect(page.startsWith(`# ${name}\n\n${title}\n`)).toBe(true);
    for (const property of Object.keys(properties)) {
      expect(page).toContain(`| \`${property}\` | ${required.includes(property) ? 'yes' : ''} |`);
    }
    for (const outcome of outcomes)
      expect(page).toContain(`| \`${outcome.name}\` | ${outcome.takesTime ? 'yes' : ''} |`);
  });

  it.each(names)('%s: with an example of the right shape', (name) => {
    const page = readFileSync(join(folder, `${name}.md`), 'utf8');
    const example = JSON.parse(`{${page.split('```json\n')[1]?.split('```')[0]}}`) as Record<string, Json>;
    const flow = { $schema: SCHEMA_ID, id: 'x', title: 'x', start: 'example', nodes: example };
    const shape = checkFlow(JSON.stringify(flow)).filter(({ code }) => /^E(1|203|204|208|40|60)/.test(code));

    expect(shape.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([]);
  });
});
