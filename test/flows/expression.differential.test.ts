import * as fc from 'fast-check';
import jsonLogic from 'json-logic-js';
import { evaluate, type Expression, type Value } from '../../flows';
import { unchecked } from './unchecked';

/**
 * The rows of JsonLogic's own test table that use operators of ours, written anew. `same`: both give the value.
 * `refused`: JsonLogic gives that value by conversion or by leniency, and we give a fault; publishing says so before.
 */
type Row = [
  title: string,
  expression: Expression,
  data: Record<string, unknown>,
  value: unknown,
  ours: 'same' | 'refused',
];

const rows: Row[] = [
  // constants
  ['true', true, {}, true, 'same'],
  ['a number', 17, {}, 17, 'same'],
  ['text', 'apple', {}, 'apple', 'same'],
  ['null', null, {}, null, 'same'],
  ['a list', ['a', 'b'], {}, ['a', 'b'], 'same'],
  // equality
  ['=== of equals', { '===': [1, 1] }, {}, true, 'same'],
  ['=== keeps types apart', { '===': [1, '1'] }, {}, false, 'same'],
  ['=== of others', { '===': [1, 2] }, {}, false, 'same'],
  ['!== of others', { '!==': [1, 2] }, {}, true, 'same'],
  ['!== of equals', { '!==': [1, 1] }, {}, false, 'same'],
  ['!== of text and number', { '!==': [1, '1'] }, {}, true, 'same'],
  ['== converts', { '==': [1, '1'] }, {}, true, 'refused'],
  ['== takes 0 for false', { '==': [0, false] }, {}, true, 'refused'],
  ['!= converts', { '!=': [1, '1'] }, {}, false, 'refused'],
  // order
  ['> of more', { '>': [2, 1] }, {}, true, 'same'],
  ['> of equals', { '>': [1, 1] }, {}, false, 'same'],
  ['> of less', { '>': [1, 2] }, {}, false, 'same'],
  ['> of text and number', { '>': ['2', 1] }, {}, true, 'refused'],
  ['>= of equals', { '>=': [1, 1] }, {}, true, 'same'],
  ['>= of less', { '>=': [1, 2] }, {}, false, 'same'],
  ['< of more', { '<': [2, 1] }, {}, false, 'same'],
  ['< of less', { '<': [1, 2] }, {}, true, 'same'],
  ['< of text and number', { '<': ['1', 2] }, {}, true, 'refused'],
  ['<= of equals', { '<=': [1, 1] }, {}, true, 'same'],
  ['< between', { '<': [1, 2, 3] }, {}, true, 'same'],
  ['< between, at the edge', { '<': [1, 1, 3] }, {}, false, 'same'],
  ['< between, above', { '<': [1, 4, 3] }, {}, false, 'same'],
  ['<= between', { '<=': [1, 1, 3] }, {}, true, 'same'],
  ['<= between, above', { '<=': [1, 4, 3] }, {}, false, 'same'],
  ['a missing variable < 0.5', { '<': [{ var: 'gone' }, 0.5] }, {}, true, 'refused'],
  ['null < 1', { '<': [null, 1] }, {}, true, 'refused'],
  // not
  ['! of false', { '!': [false] }, {}, true, 'same'],
  ['! without brackets', { '!': false }, {}, true, 'same'],
  ['! of true', { '!': true }, {}, false, 'same'],
  ['! of 0', { '!': 0 }, {}, true, 'refused'],
  ['! of 1', { '!': 1 }, {}, false, 'refused'],
  ['! of empty text', { '!': '' }, {}, true, 'refused'],
  // and, or
  ['or of both', { or: [true, true] }, {}, true, 'same'],
  ['or of one', { or: [false, true] }, {}, true, 'same'],
  ['or of none', { or: [false, false] }, {}, false, 'same'],
  ['or of one value', { or: [false] }, {}, false, 'same'],
  ['or gives the first that counts', { or: [1, 3] }, {}, 1, 'refused'],
  ['or of false and text', { or: [false, 'a'] }, {}, 'a', 'refused'],
  ['and of both', { and: [true, true] }, {}, true, 'same'],
  ['and of one', { and: [true, false] }, {}, false, 'same'],
  ['and of three', { and: [true, true, false] }, {}, false, 'same'],
  ['and gives the last that counts', { and: [1, 3] }, {}, 3, 'refused'],
  ['and gives the first that does not', { and: [3, false] }, {}, false, 'refused'],
  // if
  ['if true', { if: [true, 'apple', 'banana'] }, {}, 'apple', 'same'],
  ['if false', { if: [false, 'apple', 'banana'] }, {}, 'banana', 'same'],
  ['if, else if', { if: [false, 1, true, 2, 3] }, {}, 2, 'same'],
  ['if, else if, else', { if: [false, 1, false, 2, 3] }, {}, 3, 'same'],
  ['if with one value', { if: ['apple'] }, {}, 'apple', 'same'],
  ['if without otherwise', { if: [false, 'apple'] }, {}, null, 'refused'],
  ['if with nothing', { if: [] }, {}, null, 'refused'],
  ['if of text', { if: ['apple', true, false] }, {}, true, 'refused'],
  ['if of an empty list', { if: [[], true, false] }, {}, false, 'refused'],
  ['if computes what it chose', { if: [true, { cat: ['ap', 'ple'] }, 'x'] }, {}, 'apple', 'same'],
  ['if does not compute the rest', { if: [true, 1, { nonsense: 1 }] }, {}, 1, 'same'],
  // arithmetic
  ['+ of two', { '+': [1, 2] }, {}, 3, 'same'],
  ['+ of three', { '+': [2, 2, 2] }, {}, 6, 'same'],
  ['+ of one', { '+': [1] }, {}, 1, 'same'],
  ['+ of text', { '+': ['1', 1] }, {}, 2, 'refused'],
  ['+ reads a number out of text', { '+': ['3.14'] }, {}, 3.14, 'refused'],
  ['- of two', { '-': [2, 3] }, {}, -1, 'same'],
  ['- of one', { '-': [3] }, {}, -3, 'same'],
  ['- of text', { '-': ['1', 1] }, {}, 0, 'refused'],
  // text
  ['cat of one', { cat: 'ice' }, {}, 'ice', 'same'],
  ['cat of two', { cat: ['ice', 'cream'] }, {}, 'icecream', 'same'],
  ['cat of number and text', { cat: [1, 'm'] }, {}, '1m', 'same'],
  ['cat of a list', { cat: [['a', 'b'], 'c'] }, {}, 'a,bc', 'refused'],
  ['in text', { in: ['Spring', 'Springfield'] }, {}, true, 'same'],
  ['in text, upper case counts', { in: ['spring', 'Springfield'] }, {}, false, 'same'],
  ['in a list', { in: ['Bart', ['Bart', 'Homer']] }, {}, true, 'same'],
  ['not in a list', { in: ['Milhouse', ['Bart', 'Homer']] }, {}, false, 'same'],
  ['in a number', { in: [1, 11] }, {}, false, 'refused'],
  ['in a list, types apart', { in: ['1', [1, 2]] }, {}, false, 'same'],
  // variables
  ['var', { var: ['a'] }, { a: 1 }, 1, 'same'],
  ['var without brackets', { var: 'a' }, { a: 1 }, 1, 'same'],
  ['var with dots', { var: 'a.b' }, { a: { b: 2 } }, 2, 'same'],
  ['var that is missing', { var: 'b' }, { a: 1 }, null, 'refused'],
  ['var with a default', { var: ['b', 2] }, { a: 1 }, 2, 'refused'],
  ['var of everything', { var: '' }, { a: 1 }, { a: 1 }, 'refused'],
  ['var by a computed name', { var: { cat: ['a'] } }, { a: 1 }, 1, 'refused'],
  ['var by number', { var: 1 }, { 1: 'b' }, 'b', 'refused'],
  // shapes
  ['an object with two operators is data', { '<': [1, 2], '>': [1, 2] }, {}, { '<': [1, 2], '>': [1, 2] }, 'refused'],
  ['an object with no operator is data', {}, {}, {}, 'refused'],
  ['nested', { and: [{ '>': [3, 1] }, { '<': [1, 3] }] }, {}, true, 'same'],
  ['nested with variables', { '===': [{ var: 'pie.filling' }, 'apple'] }, { pie: { filling: 'apple' } }, true, 'same'],
  // operators that are not ours
  ['!!', { '!!': ['0'] }, {}, true, 'refused'],
  ['*', { '*': [3, 2] }, {}, 6, 'refused'],
  ['/', { '/': [4, 2] }, {}, 2, 'refused'],
  ['%', { '%': [3, 2] }, {}, 1, 'refused'],
  ['min', { min: [1, 2] }, {}, 1, 'refused'],
  ['substr', { substr: ['jsonlogic', 4] }, {}, 'logic', 'refused'],
  ['missing', { missing: ['a'] }, {}, ['a'], 'refused'],
  ['merge', { merge: [[1], [2]] }, {}, [1, 2], 'refused'],
  ['map', { map: [[1, 2], { var: '' }] }, {}, [1, 2], 'refused'],
];

/** Reads a path as JsonLogic does, own properties only. */
const readFrom =
  (data: unknown) =>
  (path: string): Value | undefined => {
    let found: unknown = data;
    for (const name of path.split('.')) {
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
      found = unchecked<Record<string, unknown>>(found)[name];
    }
    return unchecked(found);
  };
const theirs = (expression: Expression, data: unknown): unknown => jsonLogic.apply(unchecked(expression), data);

describe("JsonLogic's own table", () => {
  it.each(rows)('%s', (_title, expression, data, value, ours) => {
    expect(theirs(expression, data)).toEqual(value);
    const result = evaluate(expression, readFrom(data));
    expect(result).toEqual(ours === 'same' ? { ok: true, value } : { ok: false, fault: expect.any(String) });
  });
});

describe('an expression with the right types', () => {
  const data = { n: 3, m: -1.5, yes: true, no: false, word: 'refund', other: 'Invoice 7', tags: ['billing', 'urgent'] };
  const { boolean } = fc.letrec<{ boolean: Expression; number: Expression; text: Expression; texts: Expression }>(
    (tie) => ({
      number: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.integer({ min: -9, max: 9 }),
        fc.constantFrom<Expression>({ var: 'n' }, { var: ['m'] }),
        fc.array(tie('number'), { minLength: 1, maxLength: 3 }).map((items) => ({ '+': items })),
        fc.tuple(tie('number'), tie('number')).map((items) => ({ '-': items })),
        fc.tuple(tie('boolean'), tie('number'), tie('number')).map((items) => ({ if: items })),
      ),
      text: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Expression>('', 'refund', 'Invoice', { var: 'word' }, { var: 'other' }),
        fc.array(tie('text'), { minLength: 1, maxLength: 3 }).map((items) => ({ cat: items })),
        fc.tuple(tie('boolean'), tie('text'), tie('text')).map((items) => ({ if: items })),
      ),
      texts: fc.oneof(fc.constant<Expression>({ var: 'tags' }), fc.array(tie('text'), { maxLength: 3 })),
      boolean: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.boolean(),
        fc.constantFrom<Expression>({ var: 'yes' }, { var: 'no' }),
        tie('boolean').map((item) => ({ '!': item })),
        fc.tuple(fc.constantFrom('and', 'or'), fc.array(tie('boolean'), { minLength: 1, maxLength: 4 })).map(operation),
        fc
          .tuple(fc.constantFrom('===', '!==', '<', '<=', '>', '>='), fc.tuple(tie('number'), tie('number')))
          .map(operation),
        fc.tuple(fc.constantFrom('<', '<='), fc.tuple(tie('number'), tie('number'), tie('number'))).map(operation),
        fc.tuple(fc.constantFrom('===', '!==', 'in'), fc.tuple(tie('text'), tie('text'))).map(operation),
        fc.tuple(tie('text'), tie('texts')).map((items) => ({ in: items })),
      ),
    }),
  );

  it('means the same to both', () => {
    fc.assert(
      fc.property(boolean, (expression) => {
        const result = evaluate(expression, readFrom(data));
        // Beyond 12 levels or 200 parts we refuse; the generator stays mostly below.
        if (!result.ok) expect(result.fault).toMatch(/nested deeper|over 200 parts/);
        else expect(result.value).toBe(theirs(expression, data));
      }),
      { numRuns: 2000 },
    );
  });
});

function operation([name, items]: [string, Expression[]]): Expression {
  return { [name]: items };
}
