import * as fc from 'fast-check';
import { evaluate, evaluateAll, facts, storePaths, type Expression, type Value } from '../../flows';
import { evaluationFacts } from '../../flows/evaluation';
import { pathsRead } from '../../flows/expression';
import { Play, ringFlow, START } from './play';
import { unchecked } from './unchecked';

const values: Record<string, Value> = {
  'message.subject': 'Invoice 4711 is WRONG, urgent!',
  'message.attachments.names': ['Scan.PDF', 'photo.jpg'],
  'contact.owner': null,
};
const read = (path: string): Value | undefined => values[path];
const subject = { var: 'message.subject' };

describe('our text operators', () => {
  it.each<[Expression, Value]>([
    [{ contains: [subject, 'invoice'] }, true],
    [{ contains: [subject, 'INVOICE'] }, true],
    [{ contains: [subject, 'refund'] }, false],
    [{ contains: [subject, ''] }, true],
    [{ containsAny: [subject, ['refund', 'Wrong']] }, true],
    [{ containsAny: [subject, []] }, false],
    [{ startsWith: [subject, 'invoice'] }, true],
    [{ startsWith: [subject, 'urgent'] }, false],
    [{ endsWith: [subject, 'URGENT!'] }, true],
    [{ endsWith: [{ var: 'message.attachments.names' }, '.pdf'] }, true],
    [{ contains: [{ var: 'message.attachments.names' }, 'invoice'] }, false],
    [{ matches: [subject, '\\b(urgent|asap)\\b'] }, true],
    [{ matches: [subject, '^invoice \\d{4}'] }, true],
    [{ matches: [subject, 'URGENT$'] }, false],
    [{ matches: ['one\ntwo', '^TWO$'] }, true],
    [{ lower: subject }, 'invoice 4711 is wrong, urgent!'],
    [{ contains: [{ var: 'contact.owner' }, 'a'] }, false],
    [{ '===': [{ var: 'contact.owner' }, null] }, true],
    [{ matches: [{ lower: subject }, 'wrong'] }, true],
  ])('%j', (expression, value) => {
    expect(evaluate(expression, read)).toEqual({ ok: true, value });
  });

  it('decide a pattern that would hang a backtracking engine at once', () => {
    const started = Date.now();
    const result = evaluate({ matches: [`${'a'.repeat(50_000)}!`, '^(a+)+$'] }, read);
    expect(result).toEqual({ ok: true, value: false });
    expect(Date.now() - started).toBeLessThan(5000);
  });
});

describe('an expression that cannot be computed', () => {
  const deep = (levels: number): Expression => (levels === 0 ? true : { '!': deep(levels - 1) });

  it.each<[string, unknown]>([
    ['an unknown operator', { nonsense: [] }],
    ['an inherited operator', { constructor: [1] }],
    ['toString as operator', { toString: [1] }],
    ['__proto__ as operator', JSON.parse('{"__proto__": [1]}')],
    ['an inherited path', { var: 'constructor' }],
    ['a path nobody knows', { '<': [{ var: 'vars.gone' }, 0.5] }],
    ['a computed path', { var: { cat: ['message.', 'subject'] } }],
    ['a default for a path', { var: ['message.subject', 'x'] }],
    ['two operators', { '<': [1, 2], '>': [1, 2] }],
    ['no operator', {}],
    ['text where a number is due', { '<': ['1', 2] }],
    ['text where a condition is due', { and: ['yes', true] }],
    ['a pattern that is none', { matches: ['a', '('] }],
    ['a look-ahead', { matches: ['a', '(?=a)'] }],
    ['nesting beyond 12', deep(13)],
    ['nesting beyond any stack', deepText(20_000)],
    ['over 200 parts', { '+': Array.from({ length: 201 }, () => 1) }],
    ['something that is not JSON', undefined],
    ['a function', () => 1],
  ])('is a fault and never an exception: %s', (_title, expression) => {
    expect(evaluate(unchecked(expression), read)).toEqual({ ok: false, fault: expect.any(String) });
  });

  it('never names what it read', () => {
    const result = evaluate({ '<': [subject, 1] }, read);
    expect(result).toEqual({ ok: false, fault: 'a number is expected' });
  });

  it('is possible at 12 levels', () => {
    expect(evaluate(deep(12), read)).toEqual({ ok: true, value: true });
  });

  it('never throws for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        evaluate(unchecked(json), read);
        pathsRead(unchecked(json));
        return true;
      }),
    );
  });

  function deepText(levels: number): unknown {
    return JSON.parse(`${'{"!":'.repeat(levels)}true${'}'.repeat(levels)}`);
  }
});

describe('several expressions of one effect', () => {
  const state = new Play(
    ringFlow({}, { timezone: 'Asia/Hong_Kong', variables: { tier: { type: 'string', default: 'gold' } } }),
  ).start();
  const known = evaluationFacts(state.flow, { 'bind-for': '30d' }, state.now, START);
  const gold: Expression = { '===': [{ var: 'vars.tier' }, 'gold'] };
  const urgent: Expression = { contains: [subject, 'urgent'] };

  it.each<[string, Expression[], 'first' | 'all' | 'values', unknown]>([
    ['the first that holds', [urgent, gold], 'first', { index: 0 }],
    ['none that holds', [{ '!': urgent }, { '!': gold }], 'first', { index: -1 }],
    ['each', [{ '!': urgent }, gold], 'all', { matches: [false, true] }],
    ['values', [{ '+': [1, 1] }, gold, { cat: ['a', 'b'] }], 'values', { values: [2, true, 'ab'] }],
    ['a fault', [{ var: 'contact.owner' }], 'all', { fault: 'a condition is not true or false' }],
    [
      'a fault before what holds',
      [{ nonsense: 1 }, gold],
      'first',
      { fault: 'the operator "nonsense" is not allowed' },
    ],
    ['a list as a value', [{ var: 'enquiry.tags' }], 'values', { fault: 'a variable takes no list and no null' }],
  ])('%s', (_title, expressions, mode, answer) => {
    expect({ ...evaluateAll(expressions, mode, known, read), read: undefined }).toEqual(answer);
  });

  it('tells what it read, cut where it is long, and nothing personal', () => {
    const asks: Expression[] = [
      { contains: [{ var: 'message.subject' }, 'canary'] },
      { '===': [{ var: 'contact.owner' }, { var: 'vars.tier' }] },
      { in: ['x', { var: 'contact.tags' }] },
    ];
    const values: Record<string, Value> = {
      'message.subject': 'canary',
      'contact.owner': 'o'.repeat(300),
      'contact.tags': Array.from({ length: 30 }, (_, index) => `tag-${index}`),
    };
    const result = evaluateAll(asks, 'all', known, (path) => values[path]);
    expect(JSON.stringify(result)).not.toContain('canary');
    expect(result).toMatchObject({
      matches: [true, false, false],
      read: { 'contact.owner': `${'o'.repeat(100)}…`, 'vars.tier': 'gold', 'contact.tags': { length: 20 } },
    });
  });

  it.each<[string, Value]>([
    ['message.automatic', false],
    ['message.from.domain', 'example.org'],
    ['message.attachments.count', 0],
    ['message.size', 1000],
    ['message.spf', 'pass'],
    ['channel.id', 'support'],
    ['enquiry.id', 'enquiry-1'],
    ['enquiry.tags', []],
    ['enquiry.priority', 0],
    ['enquiry.awaiting', 'agent'],
    ['enquiry.reopened', false],
    ['enquiry.disposition', ''],
    ['time.now', '2026-10-05T16:00'],
    ['time.hour', 16],
    ['time.weekday', 'mon'],
    ['vars.tier', 'gold'],
  ])('%s is known to the run', (path, value) => {
    expect(evaluateAll([{ '===': [1, 1] }, { var: path }], 'first', known, () => undefined)).toEqual({ index: 0 });
    const result = evaluateAll([{ var: path }], 'values', known, () => undefined);
    expect('fault' in result ? known.enquiry.tags : result).toMatchObject(
      Array.isArray(value) ? value : { values: [value] },
    );
  });

  it('names what must be looked up, each once, and nothing the run knows', () => {
    expect(storePaths([urgent, gold, urgent, { var: 'contact.known' }])).toEqual(['message.subject', 'contact.known']);
  });
});

describe('the facts', () => {
  it('that are personal are never known to the run', () => {
    const wrong = Object.entries(facts).filter(([, { personal, source }]) => personal && source === 'run');
    expect(wrong).toEqual([]);
  });

  it('include everything personal that the flow language names', () => {
    const personal = [
      'message.subject',
      'message.text',
      'message.from.address',
      'message.from.name',
      'contact.email',
      'contact.name',
    ];
    for (const path of personal) expect(facts[path]?.personal).toBe(true);
  });
});

describe('a pattern that is kept compiled', () => {
  it('is compiled anew when the same place of a flow gives another', () => {
    const place: Expression = { matches: [subject, { var: 'pattern' }] };
    const matches = (pattern: string): unknown =>
      evaluate(place, (path) => (path === 'pattern' ? pattern : read(path)));
    expect(matches('^invoice')).toEqual({ ok: true, value: true });
    expect(matches('^refund')).toEqual({ ok: true, value: false });
    expect(matches('urgent!$')).toEqual({ ok: true, value: true });
  });
});
