import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import {
  canonical,
  checkFlow,
  diagram,
  diffFlows,
  parseFlow,
  renameIn,
  simulate,
  step,
  walkFindings,
  withoutMark,
  type Flow,
  type Json,
} from '../../flows';
import { walkFlow } from '../../flows/walk/walk';
import { aMessage, START } from './play';
import { unchecked } from './unchecked';

const text = readFileSync(join(__dirname, '../../flows/examples/vip-webhook.json'), 'utf8');
const flow = JSON.parse(text) as Json;

type Path = (string | number)[];

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return [path, ...entries.flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function put(value: Json, [key, ...rest]: Path, replacement: Json): Json {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? put(item, rest, replacement) : item));
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [key]: put(value[key] ?? null, rest, replacement) };
}

/** JSON whose names and texts are those of flows, so that it gets far. */
const words = [...new Set(text.match(/"[^"]+"/g)?.map((word) => word.slice(1, -1)) ?? []), '__proto__', 'constructor'];
const word = fc.constantFrom(...words);
const flowish = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(word, tie('any'), { maxKeys: 5 }).map((made) => JSON.parse(JSON.stringify(made)) as Json),
  ),
})).any;
const places = fc.constantFrom(...pathsOf(flow));
const replacement = fc.oneof(
  flowish,
  fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json),
);

/** What a person could have made of a flow: some place of it holds something else. */
const damaged = fc.array(fc.tuple(places, replacement), { minLength: 1, maxLength: 3 }).map((edits) => {
  let result = flow;
  for (const [path, value] of edits) result = put(result, path, value);
  return result;
});

describe('whatever JSON it is given', () => {
  it('the checker answers findings with a place and a sentence', () => {
    fc.assert(
      fc.property(fc.oneof(flowish, damaged), (json) => {
        for (const { line, column, message, code } of checkFlow(JSON.stringify(json))) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(code).toMatch(/^[EW]\d{3}$/);
          expect(message).toMatch(/\S/);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('the formatter writes the same JSON, and writes it the same way again', () => {
    fc.assert(
      fc.property(fc.oneof(flowish, damaged), (json) => {
        const formatted = canonical(json);
        const read = JSON.parse(formatted) as Json;
        expect(read).toEqual(json);
        expect(canonical(read)).toBe(formatted);
      }),
      { numRuns: 1000 },
    );
  });

  it('the engine throws nothing, and stops within its guards', () => {
    fc.assert(
      fc.property(fc.oneof(flowish, damaged), (json) => {
        const start = { enquiryId: 'e-1', channelId: 'support', message: aMessage(), at: START };
        const result = step(unchecked<Flow>(json), {}, null, { type: 'start', ...start });
        expect(result.state.burst).toBeLessThanOrEqual(101);
        expect(result.trace.length).toBeLessThan(500);
      }),
      { numRuns: 1500 },
    );
  });

  it('what the checker lets through can be walked and simulated within a counted number of steps', () => {
    let walked = 0;
    fc.assert(
      fc.property(damaged, (json) => {
        const { flow: sound } = parseFlow(JSON.stringify(json));
        if (!sound) return;
        walked += 1;
        expect(walkFlow(sound, 300).steps).toBeLessThan(400);
        expect(Array.isArray(walkFindings(JSON.stringify(json), sound, 300))).toBe(true);
        expect(simulate(sound, {}).trace.length).toBeLessThan(500);
      }),
      { numRuns: 1500 },
    );
    expect(walked).toBeGreaterThan(20);
  });
});

/** Slips in the text of a flow: a piece left out, doubled, or put elsewhere, a word for another, any character. */
const SLIPS = [
  '"',
  '\\\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  '1e999',
  '-1',
  '""',
  '{}',
  '[]',
  '\uFEFF',
  '\0',
  '\u2028',
];
const every = readFileSync(join(__dirname, 'lint/every-kind.json'), 'utf8');
const tokens = [...every.matchAll(/"[^"\n]*"|-?\d+|true|false|null/g)].map(({ 0: word, index }) => ({ word, index }));
const place = fc.nat({ max: every.length - 1 });
const slip = fc.oneof(
  fc.tuple(place, fc.nat({ max: 20 })).map(([at, length]) => every.slice(0, at) + every.slice(at + length)),
  fc.tuple(place, fc.constantFrom(...SLIPS)).map(([at, piece]) => every.slice(0, at) + piece + every.slice(at)),
  fc
    .tuple(place, place, fc.nat({ max: 40 }))
    .map(([at, from, length]) => every.slice(0, at) + every.slice(from, from + length) + every.slice(at)),
  fc.tuple(place, fc.nat({ max: 0xffff })).map(
    // oxlint-disable-next-line unicorn/prefer-code-point -- half a character is meant, too
    ([at, code]) => every.slice(0, at) + String.fromCharCode(code) + every.slice(at + 1),
  ),
  fc
    .tuple(fc.constantFrom(...tokens), fc.constantFrom(...tokens))
    .map(([{ word, index }, other]) => every.slice(0, index) + other.word + every.slice(index + word.length)),
);

describe('whatever slip the text of a flow has', () => {
  it('the checker stays inside of it, refuses what is no JSON, and says the same of its one form', () => {
    let [read, refused] = [0, 0];
    const found = (text: string): string[] =>
      checkFlow(text)
        .map(({ code, pointer }) => `${code} ${pointer}`)
        .toSorted();
    fc.assert(
      fc.property(slip, (text) => {
        const lines = text.split('\n');
        const findings = checkFlow(text);
        for (const { line, column } of findings)
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
        if (!isJson(text)) {
          refused += 1;
          expect(findings.map(({ code }) => code)).toEqual(['E101']);
        } else if (!findings.some(({ code }) => code === 'E101' || code === 'E102')) {
          read += 1;
          expect(found(canonical(JSON.parse(withoutMark(text)) as Json))).toEqual(found(text));
        }
      }),
      { numRuns: 500 },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(50);
  });

  it('what is sound after it can be drawn, compared, renamed in, walked and played', () => {
    let sound = 0;
    const before = unchecked<Flow>(JSON.parse(every) as Json);
    fc.assert(
      fc.property(slip, (text) => {
        const { flow, findings } = parseFlow(text);
        if (!flow) return;
        sound += 1;
        expect(diagram(flow)).toMatch(/^flowchart TD/);
        expect(diffFlows(flow, flow)).toEqual([]);
        expect(diffFlows(before, flow).length > 0).toBe(canonical(flow) !== canonical(before));
        expect(walkFindings(text, flow, 200).every(({ line }) => line > 0)).toBe(true);
        expect(simulate(flow, {}).trace.length).toBeLessThan(500);
        if (findings.some(({ severity }) => severity === 'error')) return;
        const [from = ''] = Object.keys(flow.nodes);
        const renamed = renameIn(flow, { sort: 'node', from, to: 'another-name' });
        expect(renamed && checkFlow(canonical(renamed)).map(({ code }) => code)).toEqual(
          checkFlow(canonical(flow)).map(({ code }) => code),
        );
      }),
      { numRuns: 300 },
    );
    expect(sound).toBeGreaterThan(25);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(withoutMark(text));
    return !/[\uFFFD\0]/.test(text);
  } catch {
    return false;
  }
}

describe('a flow that is meant to break the checker', () => {
  const bombs: [string, string, string][] = [
    ['60,000 brackets', '['.repeat(30_000) + ']'.repeat(30_000), 'E101'],
    ['an object in an object, 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'E101'],
    ['65,537 bytes', text + ' '.repeat(65_537 - text.length), 'E701'],
    ['a name that objects inherit, as property', text.replace('"id":', '"__proto__": {}, "id":'), 'E103'],
    [
      'a name that objects inherit, as node',
      text.replace('"nodes": {', '"nodes": { "__proto__": { "type": "close", "reason": "x", "notify": false },'),
      'E105',
    ],
    [
      'an expression of 20 levels',
      text.replace('{ "var": "message.automatic" }', `${'{ "!": '.repeat(20)}true${' }'.repeat(20)}`),
      'E703',
    ],
    [
      'an expression of 1,000 parts',
      text.replace('{ "var": "message.automatic" }', `{ "or": [${'{ "var": "contact.known" },'.repeat(1000)} false] }`),
      'E703',
    ],
  ];

  it.each(bombs)('of %s is refused with its code', (_what, bomb, code) => {
    expect(checkFlow(bomb).map((finding) => finding.code)).toContain(code);
    expect(code.startsWith('E10') || code === 'E701' ? parseFlow(bomb).flow : null).toBeNull();
  });

  it('of 65,536 bytes is the longest that is looked at', () => {
    expect(checkFlow(text + ' '.repeat(65_536 - text.length)).map(({ code }) => code)).toEqual([]);
  });
});
