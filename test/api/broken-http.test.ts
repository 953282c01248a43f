import { connect } from 'node:net';
import { startApi, type StartedApi } from '../../api/server';
import { found } from '../support/found';
import { startDesk, type Desk } from './desk';

/** What comes over the line before there is a request anybody could route. */
describe('what is no HTTP', () => {
  let desk: Desk;
  let api: StartedApi;
  beforeAll(async () => {
    desk = await startDesk();
    api = await startApi({ ports: desk.ports, host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await api?.close();
    await desk?.stop();
  });

  /** Sends bytes as they are, and gives all that comes until the line closes. */
  const say = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const line = connect(api.port, '127.0.0.1', () => line.write(bytes));
      let answer = '';
      line.on('data', (part) => (answer += part.toString()));
      line.on('close', () => resolve(answer));
      line.on('error', reject);
    });
  const to = (head: string, rest = ''): string => `${head}\r\nHost: desk.test\r\nConnection: close\r\n${rest}`;

  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 400, 'wrong-http'],
    ['a method nobody knows', to('BREW /v1/groups HTTP/1.1', '\r\n'), 400, 'wrong-http'],
    [
      'two lengths',
      to('POST /v1/groups HTTP/1.1', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}'),
      400,
      'wrong-http',
    ],
    [
      'a length and chunks at once, as smugglers send',
      to('POST /v1/groups HTTP/1.1', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      400,
      'wrong-http',
    ],
    ['a blank in a header name', to('GET /v1/groups HTTP/1.1', 'Bad Header: x\r\n\r\n'), 400, 'wrong-http'],
    [
      'headers of 20 KB',
      to('GET /v1/groups HTTP/1.1', `X-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
      431,
      'headers-too-large',
    ],
    ['an address of 20 KB', to(`GET /v1/groups?${'x'.repeat(20_000)} HTTP/1.1`, '\r\n'), 431, 'headers-too-large'],
    ['TRACE', to('TRACE /v1/groups HTTP/1.1', '\r\n'), 405, 'wrong-method'],
    ['an address of another server', to('GET http://evil.test/v1/groups HTTP/1.1', '\r\n'), 401, 'not-signed-in'],
  ])('%s is refused as everything else is', async (_what, bytes, status, code) => {
    const answer = await say(bytes);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code, detail: expect.stringMatching(/\.$/) });
  });

  test('who hangs up in the middle of his request is no fault of ours', async () => {
    const { headers } = await desk.session('ada');
    const credentials = `Cookie: ${headers.cookie}\r\nX-CSRF-Token: ${headers['x-csrf-token']}\r\n`;
    const before = desk.logged.length;
    await new Promise<void>((resolve) => {
      const line = connect(api.port, '127.0.0.1', () =>
        line.write(
          to(
            'POST /v1/groups HTTP/1.1',
            `${credentials}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"id":`,
          ),
          () => setImmediate(() => line.destroy()),
        ),
      );
      line.on('close', () => resolve());
    });
    const logged = await found('the request in the log', () => desk.logged.slice(before).join('') || null);
    expect(logged).not.toContain('nobody foresaw');
  });
});
