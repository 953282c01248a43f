import * as fc from 'fast-check';
import { readJson } from '../../../../flows/lint/parse/read-json';

/** JavaScript cannot keep it: no test of what `JSON.parse` makes of it. */
const hasTooLarge = (text: string): boolean =>
  (text.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? []).some((each) => Number(each) > Number.MAX_SAFE_INTEGER);

describe('reading JSON with positions', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        fc.pre(!hasTooLarge(text));
        const result = readJson(text);
        expect(result.error).toBeNull();
        expect(JSON.stringify(result.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and nothing else', () => {
    const broken = fc
      .tuple(
        fc.jsonValue(),
        fc.nat(200),
        fc.constantFrom('', ',', '"', '}', ']', '{', ':', '\\', '0', ' ', '\n', 'x', '-'),
        fc.nat(3),
      )
      .map(([value, at, insert, cut]) => {
        const text = JSON.stringify(value, null, 1);
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + cut);
      });
    fc.assert(
      fc.property(broken, (text) => {
        fc.pre(!hasTooLarge(text));
        expect(readJson(text).error === null).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, number, string]>([
    ['{ "a": 1 "b": 2 }', 9, 'A comma or "}" is expected here, but "\\"" stands there.'],
    ['[1, 2,]', 5, 'This comma is too many: "]" follows.'],
    ['{ "a": 1, }', 8, 'This comma is too many: "}" follows.'],
    ['{ a: 1 }', 2, 'A name in double quotes is expected here, but "a" stands there.'],
    ['{ "a" 1 }', 6, 'A colon is expected after "a", but "1" stands there.'],
    [
      '{ "a": \'x\' }',
      7,
      'A value is expected here, but "\'" stands there; names and texts stand in straight double quotes.',
    ],
    ['{ "a": True }', 7, 'A value is expected here, but "True" stands there; it is written true.'],
    ['{ "a": NaN }', 7, 'A value is expected here, but "NaN" stands there.'],
    [
      '{ # x\n }',
      2,
      'A name in double quotes is expected here, but a comment stands there; JSON has none, use "comment".',
    ],
    [
      '{\u00a0}',
      1,
      'A name in double quotes is expected here, but an invisible character stands there (U+00A0); remove it.',
    ],
    [
      '{ "a": "x\ny" }',
      7,
      'Text that begins here has no closing quote in its line; a line break within a text is written "\\n".',
    ],
    ['{ "a": "x\ty" }', 9, 'A tab stands in a text; write "\\t" for it, or a blank.'],
    ['{ "a": "x\u0007y" }', 9, 'An invisible character stands in a text (U+0007); remove it.'],
    ['{ "a": "M\ufffdnchen" }', 9, 'What stands here is not written as UTF-8; save the file as UTF-8.'],
    ['\ufffd\ufffd{\0"\0', 0, 'What stands here is not written as UTF-8; save the file as UTF-8.'],
    ['{\0"\0a\0"\0', 1, 'What stands here is not written as UTF-8; save the file as UTF-8.'],
    ['{ "a": "x }', 7, 'Text that begins here has no closing quote.'],
    ['{ "a": "x\\q" }', 9, 'JSON does not know "\\q"; the "\\" itself is written twice: "\\\\q".'],
    [
      '{ "a": "x\\u12" }',
      9,
      'A "\\" stands in a text, and what follows it JSON does not know; the "\\" itself is written twice.',
    ],
    ['{ "a": 1 } 2', 11, 'The flow ends before this; remove what follows.'],
    ['', 0, 'A value is expected here, but the text ends.'],
    [
      '{ // note',
      2,
      'A name in double quotes is expected here, but a comment stands there; JSON has none, use "comment".',
    ],
  ])('tells what is wrong in %s', (text, offset, message) => {
    expect(readJson(text).error).toEqual({ offset, message });
  });

  it('knows the place of every value and of its name', () => {
    const { places } = readJson('{ "a": [10, { "b/c": true }] }');
    expect(Object.fromEntries(places)).toEqual({
      '': { start: 0, end: 30, key: null },
      '/a': { start: 7, end: 28, key: 2 },
      '/a/0': { start: 8, end: 10, key: null },
      '/a/1': { start: 12, end: 27, key: null },
      '/a/1/b~1c': { start: 21, end: 25, key: 14 },
    });
  });

  it('refuses a nesting bomb instead of overflowing', () => {
    expect(readJson('['.repeat(50_000)).error?.message).toBe('This is nested deeper than 100 levels.');
    expect(readJson('{"a":'.repeat(50_000)).error?.message).toBe('This is nested deeper than 100 levels.');
  });

  it('keeps inherited names apart from own ones', () => {
    const { value } = readJson('{ "__proto__": { "polluted": true }, "constructor": 1 }');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('passes over a byte order mark', () => {
    expect(readJson('\ufeff{}').error).toBeNull();
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
