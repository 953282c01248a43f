import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { checkFlow, facts, parseFlow, type Json } from '../../../flows';
import { OPERATORS } from '../../../flows/expression';
import { signatureOf } from '../../../flows/lint/expressions/operators';

const text = readFileSync(join(__dirname, '../../../flows/examples/support-desk.json'), 'utf8');

describe('checkFlow never throws', () => {
  it('for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const finding of checkFlow(json)) expect(finding.line).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => expect(Array.isArray(checkFlow(any))).toBe(true)));
  });

  it('for the example with any value put anywhere, and places every finding in the text', () => {
    const flow = JSON.parse(text) as Json;
    const paths = pathsOf(flow);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const changed = JSON.stringify(put(flow, path, value as Json), null, 2);
        const lines = changed.split('\n');
        for (const { line, column, pointer, message } of checkFlow(changed)) {
          expect(lines[line - 1]?.length).toBeGreaterThanOrEqual(column - 1);
          expect(pointer === '' || pointer.startsWith('/')).toBe(true);
          expect(message).toMatch(/\S/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('for the example with any property left out', () => {
    const flow = JSON.parse(text) as Json;
    for (const path of pathsOf(flow)) {
      if (path.length > 0) checkFlow(JSON.stringify(without(flow, path)));
    }
  });
});

describe('names that every object inherits', () => {
  it.each(['__proto__', 'constructor', 'toString', 'prototype', 'hasOwnProperty'])(
    '%s is no node, variable or value',
    (name) => {
      const flow = text.replace('"clear": "check-sender"', `"clear": "${name}"`);
      expect(checkFlow(flow).map(({ code }) => code)).toEqual(['E201']);
      const node = text.replace(
        '"drop": {',
        `"${name}": { "type": "close", "reason": "x", "notify": false },\n    "drop": {`,
      );
      expect(checkFlow(node).map(({ code }) => code)).toContain('E105');
      const read = text.replace('"var": "message.automatic"', `"var": "${name}"`);
      expect(checkFlow(read).map(({ code }) => code)).toEqual(['E303']);
      const operator = text.replace('{ "var": "message.automatic" }', `{ "${name}": [1] }`);
      expect(checkFlow(operator).map(({ code }) => code)).toEqual(['E302']);
      const kind = text.replace('"type": "blocklist"', `"type": "${name}"`);
      expect(checkFlow(kind).map(({ code }) => code)).toContain('E106');
    },
  );
});

describe('parseFlow', () => {
  it('gives the flow of a sound text', () => {
    expect(parseFlow(text)).toEqual({ flow: JSON.parse(text), findings: [] });
  });

  it('gives the flow of a text with findings that leave its shape sound', () => {
    const { flow, findings } = parseFlow(text.replace('  "onError": "triage",\n', ''));
    expect(flow?.id).toBe('support-desk');
    expect(findings.map(({ code }) => code)).toEqual(['W205']);
  });

  it.each(['{', '[]', '{}', text.replace('"start"', '"begin"')])('gives none for a broken one', (broken) => {
    expect(parseFlow(broken).flow).toBeNull();
  });
});

describe('what the linter knows of conditions', () => {
  it('are the operators that are computed', () => {
    expect(OPERATORS.filter((operator) => !signatureOf(operator))).toEqual([]);
  });

  it('is the type of every fact', () => {
    for (const [path, { type }] of Object.entries(facts)) {
      const always = {
        text: { '===': [{ var: path }, ''] },
        number: { '<': [{ var: path }, 1] },
        boolean: { var: path },
      };
      const others = { texts: { in: ['x', { var: path }] }, instant: { '<': [{ var: path }, '2026-01-01'] } };
      const when = JSON.stringify({ ...always, ...others }[type]);
      const codes = checkFlow(text.replace('{ "var": "message.automatic" }', when)).map(({ code }) => code);
      expect(codes.filter((code) => code === 'E306' || code === 'E303')).toEqual([]);
    }
  });
});

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

function without(value: Json, [key, ...rest]: Path): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_, index) => index !== key)
      : value.map((item, index) => (index === key ? without(item, rest) : item));
  }
  if (rest.length > 0) return { ...value, [key]: without(value[key] ?? null, rest) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
