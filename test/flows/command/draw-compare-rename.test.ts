import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, type Json } from '../../../flows';
import { folderWith, runFlow } from './run-flow';

const examples = join(__dirname, '../../../flows/examples');
const text = readFileSync(join(examples, 'support-desk.json'), 'utf8');
const tests = readFileSync(join(examples, 'support-desk.test.json'), 'utf8');

describe('ringpost flow diagram, diff and rename', () => {
  it('draws a flow', async () => {
    expect(await runFlow(['diagram', '-'], text)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^flowchart TD\n/),
    });
  });

  it('compares flows that have errors, as a repair does, and names that objects inherit', async () => {
    const wrong = '{ "nodes": { "a": { "type": "clsoe", "constructor": 1 } }, "settings": [], "start": "a" }';
    const right = '{ "nodes": { "a": { "type": "close", "toString": 2 } }, "settings": {}, "start": "a" }';
    const file = join(folderWith({ 'new.json': right }), 'new.json');
    const { code, out } = await runFlow(['diff', '-', file], wrong);
    expect(code).toBe(1);
    expect(out.split('\n').filter((line) => line !== '')).toEqual([
      '~ settings: [] → {}',
      '~ nodes a type: "clsoe" → "close"',
      '- nodes a constructor: 1',
      '+ nodes a toString: 2',
    ]);
    expect(await runFlow(['diff', '-', file], '{ "nodes": ')).toMatchObject({
      code: 2,
      err: expect.stringContaining('E101'),
    });
    expect(await runFlow(['diff', '-', file], '[]')).toMatchObject({ code: 2, err: expect.stringContaining('E110') });
  });

  it('says node by node what changed, and nothing of layout and order', async () => {
    const folder = folderWith({ 'old.json': text, 'same.json': JSON.stringify(JSON.parse(text)) });
    const old = join(folder, 'old.json');
    expect(await runFlow(['diff', old, join(folder, 'same.json')])).toEqual({ code: 0, out: '', err: '' });
    const changed = text
      .replace('"timeout": "3d"', '"timeout": "5d"')
      .replaceAll('"pause"', '"hold"')
      .replace('"rings": { "type": "integer", "default": 0 }', '"rings": { "type": "integer", "default": 1 }');
    const { code, out } = await runFlow(['diff', old, '-'], changed);
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n')).toEqual([
      '~ variables rings default: 0 → 1',
      '~ nodes hold: was called "pause"',
      '~ nodes ring-again cases: [{"when":{"<":[{"var":"vars.rings"},3]},"next":"pause"}] → [{"when":{"<":[{"var":"vars.rings"},3]},"next":"hold"}]',
      '~ nodes serve timeout: "3d" → "5d"',
    ]);
  });

  it('takes each of two nodes that are alike for renamed once', async () => {
    const twins = text.replace(
      '"drop": {',
      '"drop-too": { "type": "close", "reason": "discarded", "notify": false },\n    "drop": {',
    );
    const folder = folderWith({ 'old.json': text.replaceAll('"drop"', '"gone"'), 'new.json': twins });
    const { out } = await runFlow(['diff', join(folder, 'old.json'), join(folder, 'new.json')]);
    expect(out).toContain('~ nodes drop-too: was called "gone"');
    expect(out).toMatch(/\+ nodes drop: /);
  });

  it('renames a node in the flow and in its tests, and both still hold', async () => {
    const folder = folderWith({ 'desk.json': text, 'desk.test.json': tests });
    const desk = join(folder, 'desk.json');
    for (const [from, to] of [
      ['triage', 'ask-triage'],
      ['ring', 'ring-them'],
      ['route', 'pick-group'],
      ['screen', 'look'],
      ['close-resolved', 'end'],
      ['bind', 'keep-together'],
    ] as const) {
      expect(await runFlow(['rename', desk, from, to])).toEqual({ code: 0, out: '', err: '' });
    }
    expect((await runFlow(['check', desk, '--strict'])).out).toBe('Nothing to find fault with in 1 flow.\n');
    expect((await runFlow(['test', desk])).code).toBe(0);
    expect(readFileSync(desk, 'utf8')).not.toMatch(/"(triage|ring|route|screen)":/);
  });

  it('renames a variable and a setting wherever they are named', async () => {
    const noted = text.replace('"note": "Nobody answered in time."', '"note": "Rung {{ vars.rings }} times."');
    const variable = await runFlow(['rename', '-', 'rings', 'rounds', '--variable'], noted);
    expect(variable.out).toContain('{{ vars.rounds }}');
    expect(variable.out).not.toMatch(/vars\.rings|"rings"/);
    const setting = await runFlow(['rename', '-', 'group', 'desk', '--setting'], variable.out);
    expect(setting.out).not.toContain('"setting": "group"');
    expect((await runFlow(['check', '-', '--strict'], setting.out)).code).toBe(0);
    expect(canonical(JSON.parse(setting.out) as Json)).toBe(setting.out);
  });
});
