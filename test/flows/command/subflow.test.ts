import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, runFlow } from './run-flow';

const head = { $schema: 'https://ringpost.dev/schema/flow-1.json', title: 'A flow' };
const end = { type: 'close', reason: 'done', notify: false };
const inner = {
  ...head,
  id: 'inner',
  onError: 'end',
  start: 'screen',
  nodes: {
    screen: { type: 'blocklist', lists: ['x'], next: { blocked: 'mark', clear: 'end' } },
    mark: { type: 'tag', add: ['blocked'], next: 'end' },
    end,
  },
};
const outer = {
  ...head,
  id: 'outer',
  onError: 'end',
  start: 'look',
  nodes: { look: { type: 'subflow', flow: 'inner', next: 'end' }, end },
};
const tests = {
  tests: [
    {
      title: 'a blocked sender is marked',
      answers: { 'look/screen': ['blocked'] },
      expect: { path: ['look', 'look/screen', 'look/mark', 'look/end', 'end'], tags: ['blocked'], ending: 'done' },
    },
  ],
};
const folder = (files: Record<string, object>): string =>
  folderWith(Object.fromEntries(Object.entries(files).map(([name, json]) => [name, JSON.stringify(json)])));
const both = (): string => folder({ 'outer.json': outer, 'inner.json': inner, 'outer.test.json': tests });

describe('a flow that calls another of the same folder', () => {
  it('is played with it, under names that say where, and its coverage counts its own outcomes only', async () => {
    const { code, out } = await runFlow(['test', join(both(), 'outer.json')]);
    expect(out).toContain('1 of 1 test passed; they take 1 of 1 outcome.');
    expect(code).toBe(0);
  });

  it('is drawn with it in a frame', async () => {
    const { out } = await runFlow(['diagram', join(both(), 'outer.json')]);
    expect(out).toBe(
      `flowchart TD
  start(( ))
  start --> n0
  n0["look<br/><small>subflow</small>"]
  subgraph sn0 ["inner"]
    n2["screen<br/><small>blocklist</small>"]
    n3["mark<br/><small>tag</small>"]
    n4(["end<br/><small>close</small>"])
  end
  n1(["end<br/><small>close</small>"])
  n0 -->|"runs"| n2
  n2 -->|"blocked"| n3
  n2 -->|"clear"| n4
  n3 -->|"done"| n4
  n4 -->|"done"| n1
  onError(["onError"]) -.-> n1
`,
    );
  });

  it('is checked and walked with it', async () => {
    expect(await runFlow(['check', both()])).toMatchObject({ code: 0 });
    const back = { ...inner, nodes: { ...inner.nodes, mark: { type: 'subflow', flow: 'outer', next: 'end' } } };
    const { code, out } = await runFlow(['check', folder({ 'outer.json': outer, 'inner.json': back }), '--json']);
    expect(code).toBe(1);
    expect(out.match(/"code":"E503","severity":"error","pointer":"\/nodes\/(look|mark)\/flow"/g)).toHaveLength(2);
  });

  it('is shown at its caller what goes round for ever across both', async () => {
    const round = {
      ...outer,
      nodes: { look: { type: 'subflow', flow: 'inner', next: { done: 'look', error: 'end' } }, end },
    };
    const { out } = await runFlow(['check', folder({ 'outer.json': round, 'inner.json': inner }), '--json']);
    expect(out).toContain('"code":"E206"');
    expect(out).not.toContain('look/');
  });

  it('is played alone where the other is not at hand: it then comes to its end, or fails where that is said', async () => {
    const alone = join(folder({ 'outer.json': outer }), 'outer.json');
    expect((await runFlow(['simulate', alone, '--json'])).out).toContain('"path":["look","end"]');
    const { out } = await runFlow(['simulate', alone, '--answer', 'look=error']);
    expect(out).toContain('simulated-error');
    expect(readFileSync(alone, 'utf8')).toBe(JSON.stringify(outer));
  });

  it('keeps what both declare under one name: it is renamed in both or not at all', async () => {
    const tier = { variables: { tier: { type: 'string', default: '' }, own: { type: 'string', default: '' } } };
    const at = folder({
      'outer.json': { ...outer, ...tier },
      'inner.json': { ...inner, variables: { tier: tier.variables.tier } },
    });
    for (const [file, other] of [
      ['outer.json', 'inner'],
      ['inner.json', 'outer'],
    ] as const) {
      const { code, err } = await runFlow(['rename', join(at, file), 'tier', 'level', '--variable']);
      expect(code).toBe(2);
      expect(err).toContain(`The flow "${other}" has a variable "tier" too`);
    }
    const bound = await runFlow(['rename', join(at, 'inner.json'), 'tier', 'own', '--variable']);
    expect(bound).toMatchObject({ code: 2, err: expect.stringContaining('has a variable "tier" too') });
    expect((await runFlow(['rename', join(at, 'outer.json'), 'own', 'mine', '--variable'])).code).toBe(0);
  });
});
