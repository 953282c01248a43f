import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { canonical, diagram, type Flow, type Json } from '../../flows';
import supportDesk from '../../flows/examples/support-desk.json';
import { unchecked } from './unchecked';

const examples = join(__dirname, '../../flows/examples');

describe('the canonical form', () => {
  it.each(readdirSync(examples).filter((name) => !name.endsWith('.test.json')))(
    '%s comes back byte for byte',
    (name) => {
      const text = readFileSync(join(examples, name), 'utf8');
      expect(canonical(JSON.parse(text) as Json)).toBe(text);
    },
  );

  it('is the same however the author ordered known properties, and keeps his order of nodes', () => {
    const shuffled = {
      nodes: { b: { next: 'a', add: ['x'], type: 'tag' }, a: { notify: false, type: 'close', reason: 'r' } },
      start: 'b',
      title: 'T',
      id: 'i',
    };
    expect(canonical(shuffled)).toBe(`{
  "id": "i",
  "title": "T",
  "start": "b",
  "nodes": {
    "b": { "type": "tag", "add": ["x"], "next": "a" },
    "a": { "type": "close", "reason": "r", "notify": false }
  }
}
`);
  });

  it('never exceeds 120 columns where it can be helped', () => {
    const lines = canonical(unchecked<Flow>(supportDesk)).split('\n');
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });

  it('loses nothing and is its own canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = canonical(unchecked(value));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonical(JSON.parse(text) as Json)).toBe(text);
      }),
    );
  });
});

describe('the diagram', () => {
  const text = diagram(unchecked<Flow>(supportDesk));

  it('has a box for every node and an arrow for every outcome', () => {
    expect(text).toContain('flowchart TD');
    for (const name of Object.keys(supportDesk.nodes)) expect(text).toContain(`"${name}<br/>`);
    const arrows = Object.values(supportDesk.nodes).map((node) => {
      if ('cases' in node) return node.cases.length + 1;
      return 'next' in node ? (typeof node.next === 'string' ? 1 : Object.keys(node.next).length) : 0;
    });
    expect(text.match(/-->\|/g)).toHaveLength(arrows.reduce((sum, count) => sum + count, 0));
    expect(text).toMatch(/onTaken\(\["onTaken"\]\) -\.-> n\d+/);
  });

  it('leaves out arrows to nodes that do not exist', () => {
    const flow = unchecked<Flow>({ start: 'a', nodes: { a: { type: 'tag', next: 'gone' } } });
    expect(diagram(flow)).toBe('flowchart TD\n  start(( ))\n  start --> n0\n  n0["a<br/><small>tag</small>"]\n');
  });
});
