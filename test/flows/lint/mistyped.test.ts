import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, checkFlow, parseFlow, type Json } from '../../../flows';
import { edited, supportDesk } from './edited';

const folder = join(__dirname, '../../../flows/examples');
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.test.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json] as const);

type Step = string | number;

/** Every named property of a flow whose name is not the admin's own, but the language's. */
function propertiesOf(value: Json, path: Step[] = []): { path: Step[]; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, index) => propertiesOf(each, [...path, index]));
  const [root, , property] = path;
  const own = path.length === 1 || property === 'next' || property === 'save' || property === 'values';
  const inside = path.includes('when') || path.includes('query') || path.includes('body');
  if (inside || (root === 'nodes' && property === 'values')) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    // Without its kind nobody knows what a node may have; a missing "type" has a code of its own.
    ...(own || (name === 'type' && root === 'nodes') ? [] : [{ path, name }]),
    ...propertiesOf(each, [...path, name]),
  ]);
}

/** The flow with one property under another name, at the same place. */
function renamed(value: Json, path: readonly Step[], name: string, written: string): Json {
  const [step, ...rest] = path;
  if (Array.isArray(value)) {
    return value.map((each, index) => (index === step ? renamed(each, rest, name, written) : each));
  }
  if (typeof value !== 'object' || value === null) return value;
  const change = ([key, each]: [string, Json]): [string, Json] => {
    if (step === undefined) return [key === name ? written : key, each];
    return [key, key === step ? renamed(each, rest, name, written) : each];
  };
  return Object.fromEntries(Object.entries(value).map(change));
}

describe('a property with a slip of the pen', () => {
  it.each(examples)('is one finding with the name that was meant, wherever it stands in %s', (_name, flow) => {
    const properties = propertiesOf(flow);
    expect(properties.length).toBeGreaterThan(30);
    for (const { path, name } of properties) {
      const written = `${name.slice(0, -1)}x`;
      const found = checkFlow(canonical(renamed(flow, path, name, written)));
      const told = found.map(({ code, pointer, suggestion }) => `${code} ${pointer} ${suggestion}`);
      // Of a name with two letters nobody can tell which was meant, and "id" and "to" are needed.
      const meant = name.length > 2 ? `Did you mean "${name}"?` : expect.stringContaining(`"${name}"`);
      expect([path.join('/'), ...told]).toEqual([
        path.join('/'),
        ...(typeof meant === 'string' ? [`E103 /${[...path, written].join('/')} ${meant}`] : [meant]),
      ]);
    }
  });

  it.each([
    ['priority', { type: 'priority', priority: 3, next: 'end' }, 'It needs "to": a whole number'],
    [
      'engage',
      { type: 'engage', expires: '3d', whenUnavailable: 'wait', until: 1, next: 'end' },
      'It may have: "type",',
    ],
  ])('tells what a %s needs or may have where no name is near', (_kind, node, told) => {
    const flow = {
      $schema: 'https://ringpost.dev/schema/flow-1.json',
      id: 'x',
      title: 'X',
      start: 'node',
      onError: 'end',
      nodes: { node, end: { type: 'close', reason: 'done', notify: false } },
    };
    const found = checkFlow(JSON.stringify(flow));
    expect(found.map(({ code }) => code)).toEqual(['E103']);
    expect(found[0]?.suggestion).toContain(told);
  });
});

describe('one fault is told once', () => {
  it.each([
    [
      'a kind that nobody knows',
      '"type": "close", "reason": "discarded"',
      '"type": "clsoe", "reason": "discarded"',
      'E106',
    ],
    ['a way back with a time that is none', '"reopenWithin": "14d"', '"reopenWithin": "14 days"', 'E401'],
    ['one name where there are several outcomes', '"next": { "timeout": "ring" }', '"next": "ring"', 'E110'],
    ['nodes under another name', '"nodes":', '"node":', 'E103'],
    [
      'a weekday in a list that is none',
      '{ "var": "engagement.agentAvailable" }',
      '{ "in": [{ "var": "time.weekday" }, ["sat", "sunday"]] }',
      'E307',
    ],
    [
      'text where numbers are compared',
      '"<": [{ "var": "vars.rings" }, 3]',
      '"<": [{ "var": "vars.rings" }, "3"]',
      'E306',
    ],
  ])('%s', (_what, from, to, code) => {
    expect(checkFlow(edited(from, to)).map((each) => each.code)).toEqual([code]);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('an operator called "%s" is none', (operator) => {
    const wrong = edited('{ "var": "engagement.agentAvailable" }', `{ "${operator}": [{ "var": "message.size" }, 1] }`);
    expect(checkFlow(wrong).map(({ code }) => code)).toEqual(['E302']);
  });
});

describe('a text that editors and programs write', () => {
  it('is read with a byte order mark before it', () => {
    const { flow, findings } = parseFlow(`\ufeff${supportDesk}`);
    expect(findings).toEqual([]);
    expect(flow?.id).toBe('support-desk');
  });

  it.each(['1e400', '-1e999', '12345678901234567890', '9007199254740993'])(
    'has no number that would be kept as another one: %s',
    (number) => {
      const wrong = edited('"vars.rings" }, 3]', `"vars.rings" }, ${number}]`);
      const [found, ...more] = checkFlow(wrong);
      expect([found?.code, more]).toEqual(['E101', []]);
      expect(wrong.split('\n')[(found?.line ?? 0) - 1]?.slice((found?.column ?? 0) - 1)).toMatch(
        new RegExp(`^${number.replace('-', '\\-')}`),
      );
    },
  );
});
