import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, runFlow } from './run-flow';

const head = { $schema: 'https://ringpost.dev/schema/flow-1.json', title: 'A flow', onError: 'end' };
const end = { type: 'close', reason: 'done', notify: false };
const mark = (...add: string[]): object => ({ type: 'tag', add, next: 'end' });
const folder = (files: Record<string, unknown>): string =>
  folderWith(Object.fromEntries(Object.entries(files).map(([name, json]) => [name, JSON.stringify(json)])));
const only = (name: string, flow: object): string => join(folder({ [`${name}.json`]: flow }), `${name}.json`);

/** Open in the morning in Berlin; what comes else is marked. */
const hours = {
  ...head,
  id: 'hours',
  timezone: 'Europe/Berlin',
  start: 'look',
  nodes: {
    look: {
      type: 'route',
      rule: 'schedule',
      destinations: [{ group: 'berlin', hours: 'daily 08:00-12:00' }],
      next: { routed: 'open', unroutable: 'shut' },
    },
    open: mark('open'),
    shut: mark('shut'),
    end,
  },
};
const greet = {
  ...head,
  id: 'greet',
  variables: { blocked: { type: 'boolean', default: false } },
  start: 'screen',
  nodes: {
    screen: { type: 'blocklist', lists: ['x'], next: { blocked: 'tell', clear: 'end' } },
    tell: { type: 'set', values: { blocked: true }, next: 'end' },
    end,
  },
};
const night = {
  ...head,
  id: 'night',
  variables: { blocked: { type: 'boolean', default: false } },
  start: 'hello',
  nodes: {
    hello: { type: 'subflow', flow: 'greet', next: 'ask' },
    ask: { type: 'switch', cases: [{ when: { var: 'vars.blocked' }, next: 'mark' }], default: 'end' },
    mark: mark('blocked'),
    end,
  },
};
const blocked = { title: 'blocked', answers: { 'hello/screen': ['blocked'] }, expect: { tags: ['blocked'] } };

describe('what new users of the command line stumble over', () => {
  it.each([
    ['2026-07-01T08:30', 'open'],
    ['2026-07-01T06:30Z', 'open'],
    ['2026-07-01T08:30Z', 'open'],
    ['2026-01-05T07:30', 'shut'],
    ['2026-01-05T07:30:00+00:00', 'open'],
    ['2026-03-29T08:00', 'open'],
    ['2026-10-25T11:59', 'open'],
    ['2026-01-05', 'shut'],
  ])('reads a time without a zone, such as %s, in the zone of the flow', async (at, tag) => {
    const { out } = await runFlow(['simulate', only('hours', hours), '--at', at]);
    expect(out).toContain(`tags: ${tag};`);
    expect(out).toMatch(/The mail came\. \[\w{3} 2026-\d\d-\d\d \d\d:\d\d, Europe\/Berlin\]/);
  });

  it('tells which group a route picked, and takes hours that lead on to a node of their own for meant', async () => {
    const file = only('hours', hours);
    expect((await runFlow(['simulate', file, '--at', '2026-01-05T09:00'])).out).toContain('By schedule: berlin.');
    expect((await runFlow(['check', file])).out).toBe('Nothing to find fault with in 1 flow.\n');
  });

  it('takes what another system answers from the command line', async () => {
    const vip = {
      ...head,
      id: 'vip',
      variables: { tier: { type: 'string', default: '', enum: ['', 'gold'] } },
      start: 'ask',
      nodes: {
        ask: {
          type: 'webhook',
          connection: 'crm',
          request: { method: 'GET', path: '/tier' },
          save: { tier: '/tier' },
          next: 'look',
        },
        look: {
          type: 'switch',
          cases: [{ when: { '===': [{ var: 'tier' }, 'gold'] }, next: 'mark' }],
          default: 'end',
        },
        mark: mark('gold'),
        end,
      },
    };
    const forgotten = await runFlow(['check', only('vip', vip)]);
    expect(forgotten.out).toContain('Did you mean "vars.tier"?');
    const file = only(
      'vip',
      JSON.parse(JSON.stringify(vip).replace('"tier"},"gold"', '"vars.tier"},"gold"')) as object,
    );
    expect(await runFlow(['simulate', file, '--answer', 'ask={"tier":"gold"}'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('tags: gold;'),
    });
    expect(await runFlow(['simulate', file, '--answer', 'ask={tier:gold}'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('is none; write {"tier":"gold"}'),
    });
  });

  it('plays facts of the mail that a test gives, and refuses names that mean nothing', async () => {
    const many = {
      ...head,
      id: 'many',
      start: 'look',
      nodes: {
        look: {
          type: 'switch',
          cases: [{ when: { '>': [{ var: 'message.attachments.count' }, 5] }, next: 'raise' }],
          default: 'end',
        },
        raise: { type: 'priority', to: 5, next: 'end' },
        end,
      },
    };
    const testing = (given: object, expect: object): Promise<{ code: number; out: string; err: string }> => {
      const tests = { tests: [{ title: 'many files', given, expect }] };
      return runFlow(['test', folder({ 'many.json': many, 'many.test.json': tests })]);
    };
    expect(await testing({ facts: { 'message.attachments.count': 6 } }, { priority: 5, group: null })).toMatchObject({
      code: 0,
    });
    expect((await testing({}, { priority: 5 })).out).toContain('priority: expected 5, found 0');
    expect((await testing({}, { prio: 5 })).err).toContain('"expect" may hold: path, tags,');
    expect((await testing({ facts: { 'message.subjct': '' } }, {})).err).toContain('Did you mean "message.subject"?');
    expect((await testing({}, { elapsed: '5 days' })).err).toContain('is no duration');
  });

  it('tests what can be played when another flow of the folder cannot', async () => {
    const files = { 'a.json': { ...greet, start: 1 }, 'night.json': night, 'greet.json': greet };
    const { code, out, err } = await runFlow(['test', folder({ ...files, 'night.test.json': { tests: [blocked] } })]);
    expect([code, err]).toEqual([2, expect.stringContaining('a.json has to be mended first')]);
    expect(out).toContain('1 of 1 test passed');
  });

  it('leaves tests out where a shell names them among flows', async () => {
    const at = folder({ 'greet.json': greet, 'night.json': night, 'night.test.json': { tests: [blocked] } });
    const named = ['greet.json', 'night.json', 'night.test.json'].map((name) => join(at, name));
    expect((await runFlow(['check', ...named])).out).toBe('Nothing to find fault with in 2 flows.\n');
    expect((await runFlow(['test', ...named])).out.match(/1 of 1 test passed/g)).toHaveLength(1);
    expect(await runFlow(['check', join(at, 'night.test.json')])).toMatchObject({
      code: 2,
      err: expect.stringContaining('holds tests, no flow'),
    });
  });

  it('leaves to the caller of a flow what it does: reading a variable, going on after a fault', async () => {
    const { onError: _none, ...bare } = greet;
    const at = folder({ 'greet.json': bare, 'night.json': night });
    expect((await runFlow(['check', at])).out).toBe('Nothing to find fault with in 2 flows.\n');
    expect((await runFlow(['check', only('greet', bare)])).out).toMatch(/W205[^]*W313/);
  });

  it('says once that a flow which is called has no outcome of its own, and what to do', async () => {
    const hello = { type: 'subflow', flow: 'greet', next: { done: 'end', blocked: 'end' } };
    const { out } = await runFlow(['check', only('night', { ...night, nodes: { ...night.nodes, hello } })]);
    expect(out).toMatch(/E204 .* by a variable that both declare/);
    expect(out).not.toContain('E110');
  });

  it('renames a node in the tests of those that call its flow, and of their callers', async () => {
    const day = {
      ...head,
      id: 'day',
      start: 'sub',
      nodes: { sub: { type: 'subflow', flow: 'night', next: 'end' }, end },
    };
    const deep = { title: 'deep', answers: { 'sub/hello/screen': ['blocked'] }, expect: { tags: ['blocked'] } };
    const at = folder({
      'greet.json': greet,
      'night.json': night,
      'night.test.json': { tests: [blocked] },
      'day.json': day,
      'day.test.json': { tests: [deep] },
    });
    expect(await runFlow(['rename', join(at, 'greet.json'), 'screen', 'ask-list'])).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(readFileSync(join(at, 'day.test.json'), 'utf8')).toContain('"sub/hello/ask-list"');
    expect((await runFlow(['test', at])).code).toBe(0);
  });

  it('tells of a test that stops what is missing, and not all that comes after it', async () => {
    const at = folder({ 'greet.json': greet, 'night.json': night });
    const args = ['--answer', 'hello/screan=clear', '--answer', 'mark=error'];
    const { out } = await runFlow(['simulate', join(at, 'night.json'), ...args]);
    expect(out).toContain('no answer is given for "hello/screen"');
    expect(out).toContain('nothing asked for "clear" at "hello/screan"');
    expect(out).not.toContain('nothing asked for "error"');
  });

  it('tells what ends a list, and asks no test for the timeout that a list never has', async () => {
    const list = {
      ...head,
      id: 'list',
      start: 'pick',
      onTaken: 'end',
      nodes: {
        pick: {
          type: 'route',
          rule: 'sequence',
          destinations: [{ group: 'a' }],
          next: { routed: 'list', unroutable: 'end' },
        },
        list: {
          type: 'ring',
          to: 'routed-group',
          strategy: 'none',
          next: { accepted: 'end', timeout: 'end', unavailable: 'end' },
        },
        end,
      },
    };
    const file = only('list', list);
    expect((await runFlow(['simulate', file, '--answer', 'list=timeout'])).out).toContain('for the "queueTimeout"');
    const at = folder({ 'list.json': list, 'list.test.json': { tests: [{ title: 'x', expect: {} }] } });
    const { out } = await runFlow(['test', at, '--coverage']);
    expect(out).toContain('No test takes "unavailable" of the node "list".');
    expect(out).not.toContain('No test takes "timeout"');
  });

  it.each([
    ['a node of the answers', { answers: { loook: ['error'] }, expect: {} }, 'no node "loook". Did you mean "look"?'],
    ['a node of the path', { expect: { path: ['lok', 'end'] } }, 'no node "lok". Did you mean "look"?'],
    ['the rest', { expect: { rest: 'waiting' } }, 'rest: the flow has no node "waiting".'],
    ['a variable', { expect: { variables: { constructor: 1 } } }, 'no variable "constructor".'],
    ['a property of the mail', { given: { message: { automatik: true } }, expect: {} }, 'Did you mean "automatic"?'],
    ['a value of the mail', { given: { message: { automatic: 'yes' } }, expect: {} }, 'that is not true or false'],
  ])('tells that a test names what there is not: %s', async (_what, test, told) => {
    const tests = { tests: [{ title: 'a slip of the pen', ...test }] };
    const { code, out, err } = await runFlow(['test', folder({ 'hours.json': hours, 'hours.test.json': tests })]);
    expect(code).toBeGreaterThan(0);
    expect((out + err).split(told)).toHaveLength(2);
    expect(out).not.toContain('nothing asked for');
  });

  it('writes places for code hosts that hold every name of a file', async () => {
    const file = join(folder({ 'a #1 ü?.json': {} }), 'a #1 ü?.json');
    const { out } = await runFlow(['check', file, '--format', 'sarif']);
    expect(out).toContain('/a%20%231%20%C3%BC%3F.json"');
  });

  it.each(['billing', 'sites', 'form'])(
    'finds no fault with a flow written from a paragraph of plain words: %s',
    async (name) => {
      const file = join(__dirname, '../fixtures/paragraphs', `${name}.json`);
      expect(await runFlow(['check', '--strict', file])).toMatchObject({ code: 0, err: '' });
      expect(await runFlow(['fmt', '--check', file])).toMatchObject({ code: 0 });
      const { code, out } = await runFlow(['test', file]);
      expect([code, out.includes('FAILED')]).toEqual([0, false]);
    },
  );
});
