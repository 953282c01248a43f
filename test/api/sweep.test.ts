import type { Test } from 'supertest';
import request from 'supertest';
import { aChannel, aStoredEnquiry } from './stored';
import { startDesk, type Answer, type Ask, type Desk } from './desk';
import { operationsOf, wrongBodies, type Addressed } from './wrong-values';

/** Every route of the document, asked wrongly in every way the document knows. */
describe('whatever is asked of any route', () => {
  let desk: Desk;
  let ada: Ask;
  let operations: Addressed[];
  let session: Record<string, string>;
  beforeAll(async () => {
    desk = await startDesk({}, { signInTries: 100_000 });
    ada = await desk.as('ada');
    operations = operationsOf(desk.document);
    await aScratchOfEverything(desk, ada);
    session = (await desk.session('ada')).headers;
  });
  afterAll(() => desk.stop());

  // They end the asker's session or open a stream.
  const asked = () =>
    operations.filter(({ operation }) => !['events', 'signOut', 'changePassword'].includes(operation.operationId));
  const at = ({ path }: Addressed, id = 'scratch'): string => path.replace(/\{\w+\}/g, id);
  const send = (method: string, path: string): Test => request(desk.app)[method as 'get' | 'post'](path).set(session);
  const exampleOf = ({ operation }: Addressed): unknown => operation.requestBody?.content['application/json']?.example;

  /** What no answer may be, whatever was asked. */
  function expectDecent(what: string, { status, text, headers }: Pick<Answer, 'status' | 'text' | 'headers'>): void {
    expect([what, status]).not.toEqual([what, 500]);
    expect(text ?? '').not.toMatch(/\bat .*\.[jt]s:\d|node_modules|MongoError|CastError/);
    expect(Object.keys(headers)).not.toContain('x-evil');
    if (status < 400) return;
    expect([what, headers['content-type']]).toEqual([what, 'application/problem+json; charset=utf-8']);
  }

  test('a wrong value in any place of any body is named, or does no harm', async () => {
    let refused = 0;
    for (const operation of asked()) {
      for (const { place, text, fits } of wrongBodies(desk.document, operation)) {
        const what = `${operation.operation.operationId} ${place} ${text.slice(0, 200)}`;
        // New names for what is really made would pile up; a sign-in takes a quarter of a second.
        if (fits && ['createUser', 'createChannel', 'createGroup', 'signIn'].includes(operation.operation.operationId))
          continue;
        const headers = { 'content-type': 'application/json' };
        const answer = await ada(operation.method, at(operation), { body: text, headers });
        expectDecent(what, answer);
        if (fits) continue;
        refused += 1;
        expect([what, answer.status, answer.body.code]).toEqual([what, 400, 'wrong-body']);
        expect([what, answer.body.findings.length > 0]).toEqual([what, true]);
      }
    }
    expect(refused).toBeGreaterThan(500);
  }, 600_000);

  test.each([
    ['broken JSON', '{"text":', 400],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['a byte order mark', '\uFEFF{}', 400],
    ['a name twice', '{"a":1,"a":2}', 400],
    ['a name twice, deep down and escaped', '{"a":[{"b":1,"\\u0062":2}]}', 400],
    ['a prototype', '{"__proto__":{"role":"admin"}}', 400],
    ['half a million brackets', '['.repeat(500_000), 400],
    ['half a million closed brackets', '['.repeat(500_000) + ']'.repeat(500_000), 400],
    ['more than a megabyte', JSON.stringify({ text: 'x'.repeat(1_048_577) }), 413],
  ])('%s is refused by every route that takes a body', async (_what, body, status) => {
    for (const operation of asked().filter((each) => exampleOf(each) !== undefined)) {
      const answer = await send(operation.method, at(operation)).set('content-type', 'application/json').send(body);
      expectDecent(operation.operation.operationId, answer);
      expect([operation.operation.operationId, answer.status]).toEqual([operation.operation.operationId, status]);
    }
  });

  test.each([
    ['text/plain', 'identity', '{}'],
    ['application/json; charset=utf-16', 'identity', '{}'],
    ['multipart/form-data; boundary=x', 'identity', '--x--'],
    ['application/json', 'klingon', '{}'],
    ['application/json', 'gzip', 'not gzip at all'],
  ])('a body of %s packed as %s is refused by every route that takes one', async (type, packed, body) => {
    for (const operation of asked().filter((each) => exampleOf(each) !== undefined)) {
      const headers = { 'content-type': type, 'content-encoding': packed };
      const answer = await send(operation.method, at(operation)).set(headers).send(body);
      expectDecent(operation.operation.operationId, answer);
      expect([operation.operation.operationId, [400, 415].includes(answer.status)]).toEqual([
        operation.operation.operationId,
        true,
      ]);
    }
  });

  test('wrong, doubled and unknown query parameters are refused or do no harm', async () => {
    const cursors = [
      '{"skip":1e99}',
      '{"skip":"1"}',
      '{"at":1e300,"seen":[]}',
      '{"at":1,"seen":{}}',
      '[]',
      'null',
      '"x"',
    ];
    const plain = ['', '-1', '1e99', 'NaN', 'null', '%00', '%F0%9F%99%82', 'x'.repeat(6000), '2026-02-30T00:00:00Z'];
    const values = [...plain, ...cursors.map((each) => Buffer.from(each).toString('base64url'))];
    for (const operation of asked()) {
      const names = (operation.operation.parameters ?? [])
        .filter((each) => each.in === 'query')
        .map(({ name }) => name);
      const queries = names.flatMap((name) => [
        ...values.map((value) => `${name}=${value}`),
        `${name}=1&${name}=2`,
        `${name}[]=1`,
        `${name}[$ne]=1`,
      ]);
      for (const query of [...queries, '__proto__=1', 'nobody-knows=1', '%', '&&==']) {
        const body = exampleOf(operation);
        const path = `${at(operation, 'nothing-here')}?${query}`;
        const sent = send(operation.method, path);
        expectDecent(
          `${operation.method} ${path.slice(0, 200)}`,
          await (body === undefined ? sent : sent.send(body as object)),
        );
      }
    }
  });

  test('ids that would lead elsewhere lead nowhere', async () => {
    const leading = '..%2f..%2fetc%2fpasswd %2e%2e ..%5c..%5c %00 %0d%0aX-Evil:%201 constructor __proto__ %24where';
    const ids = [...`${leading} a%2Fb %ED%A0%80 %F0%9F%99%82 ; ' *`.split(' '), 'x'.repeat(1001)];
    for (const operation of asked().filter(({ path }) => path.includes('{'))) {
      for (const id of ids) {
        const body = exampleOf(operation);
        const sent = send(operation.method, at(operation, id));
        const answer = await (body === undefined ? sent : sent.send(body as object));
        expectDecent(`${operation.method} ${at(operation, id)}`, answer);
        // A word of lower-case letters may be made, whatever it means to a programmer.
        if (id === 'constructor') continue;
        expect([operation.operation.operationId, id, answer.status >= 400]).toEqual([
          operation.operation.operationId,
          id,
          true,
        ]);
      }
    }
  });

  test('every address tells the methods it takes, and refuses the others', async () => {
    const patterns = operations.map(({ path, method }) => ({ method, pattern: pattern(path) }));
    for (const address of new Set(operations.map((operation) => at(operation)))) {
      const methods = patterns.flatMap((each) => (each.pattern.test(address) ? [each.method] : []));
      const options = await send('options', address);
      expect([address, options.status, options.headers['access-control-allow-origin']]).toEqual([
        address,
        204,
        undefined,
      ]);
      const allowed = String(options.headers['allow']).toLowerCase().split(', ');
      const expected = [...methods, 'options', ...(methods.includes('get') ? ['head'] : [])];
      expect([address, allowed.toSorted()]).toEqual([address, [...new Set(expected)].toSorted()]);
      for (const method of ['get', 'post', 'put', 'patch', 'delete'].filter((each) => !methods.includes(each))) {
        const answer = await send(method, address);
        expectDecent(`${method} ${address}`, answer);
        expect([method, address, answer.status, answer.body.code]).toEqual([method, address, 405, 'wrong-method']);
      }
    }
  });

  test('HEAD answers as GET does, without a body, and opens no stream', async () => {
    for (const operation of operations.filter(({ method }) => method === 'get')) {
      const answer = await send('head', at(operation));
      expect([operation.operation.operationId, answer.text ?? '']).toEqual([operation.operation.operationId, '']);
      expect([operation.operation.operationId, answer.status < 500]).toEqual([operation.operation.operationId, true]);
    }
  });
});

const pattern = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);

/** One of everything under the name "scratch", so that what gets past the checks meets something. */
async function aScratchOfEverything(desk: Desk, ada: Ask): Promise<void> {
  const { store } = desk.work;
  await desk.aUser({ id: 'scratch', role: 'agent' });
  await ada('POST', '/v1/channels', { body: { ...aChannel(), id: 'scratch', address: 'scratch@desk.test' } });
  await ada('POST', '/v1/groups', { body: { id: 'scratch', title: 'Scratch', agents: [] } });
  const calendar = { id: 'scratch', title: 'Scratch', timezone: 'UTC', hours: 'daily 00:00-24:00' };
  await ada('POST', '/v1/calendars', { body: calendar });
  const empty = { title: 'Scratch', subject: '', preview: '', html: '', text: '' };
  await ada('PUT', '/v1/templates/scratch', { body: empty });
  await ada('PUT', '/v1/flows/scratch/draft', { body: { text: '{}' } });
  await ada('POST', '/v1/blocklists/scratch', { body: { senders: ['a@scratch.test'], reason: '' } });
  await aStoredEnquiry(store, { _id: 'scratch', number: 999, group: 'scratch', status: 'closed' });
}
