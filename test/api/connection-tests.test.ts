import { selfSignedCertificate } from '../../mail/receivers/self-signed';
import { createHostResolver } from '../../worker/resolve-host';
import { testConnection } from '../../worker/test-connection';
import { startSmtpSink, type SmtpSink } from '../support/smtp-sink';
import { startDesk, type Ask, type Desk } from './desk';

const path = '/v1/connection-tests';
const password = 'canary-password';

describe('CH4.3 testing a connection', () => {
  let desk: Desk;
  let sink: SmtpSink;
  let ada: Ask;
  let server: object;

  beforeAll(async () => {
    desk = await startDesk();
    sink = await startSmtpSink();
    ada = await desk.as('ada');
    server = { kind: 'smtp', host: '127.0.0.1', port: sink.port, tls: 'none', user: 'desk', password };
    const { store } = desk.work;
    desk.ports.mail.testConnection = (test) =>
      testConnection(
        {
          secrets: store.secrets,
          mailSecret: 'a mail secret of tests',
          resolveHost: createHostResolver('127.0.0.1/32'),
        },
        test,
      );
  });
  afterAll(async () => {
    await sink.close();
    await desk.stop();
  });

  test('tries settings that are not saved, and neither answers, logs nor audits a secret', async () => {
    sink.play({ auth: `535 5.7.8 not with ${password}` });
    const imap = { host: '127.0.0.1', port: sink.port, tls: 'none', user: 'desk', password };
    const { status, body, text } = await ada('POST', path, { body: { server, imap } });
    sink.play({});
    expect(status).toBe(200);
    expect(body).toMatchObject({ incoming: { ok: false, failed: 'tcp' }, outgoing: { ok: false, failed: 'login' } });
    const audit = await ada('GET', '/v1/audit?about=a%20new%20channel');
    expect(audit.body.items[0]).toMatchObject({
      what: 'channel.test',
      after: { incoming: `127.0.0.1:${sink.port}`, outgoing: `127.0.0.1:${sink.port}` },
    });
    expect([text, audit.text, ...desk.logged].join('')).not.toContain('canary');
  });

  test('tries the saved settings of a channel with their password, and sends a test mail that starts no enquiry', async () => {
    await ada('PATCH', '/v1/channels/support', { body: { server } });
    const { body } = await ada('POST', path, { body: { channel: 'support', sendTo: 'ann@customers.test' } });
    expect(body).toMatchObject({ incoming: null, outgoing: { ok: true, failed: null } });
    expect(sink.commands).toContain(`AUTH PLAIN ${Buffer.from(`\0desk\0${password}`).toString('base64')}`);
    expect(sink.mails.at(-1)).toMatchObject({ from: 'support@desk.test', to: ['ann@customers.test'] });
    expect(sink.mails.at(-1)?.raw.toString()).toMatch(/^X-Ringpost-Probe: /);
  });

  test('never sends a stored password to another host or user', async () => {
    const { password: _password, ...open } = { ...server, password };
    const before = sink.commands.length;
    await ada('POST', path, { body: { channel: 'support', server: { ...open, user: 'other' } } });
    expect(sink.commands.slice(before).filter((line) => line.startsWith('AUTH'))).toEqual([]);
  });

  test.each<[string, object]>([
    ['a test of nothing', {}],
    ['a test mail without a sender', { server: { kind: 'sink' }, sendTo: 'ann@customers.test' }],
  ])('refuses %s', async (_what, body) => {
    expect((await ada('POST', path, { body })).body.code).toBe('wrong-body');
  });

  test('refuses hosts a channel may not have', async () => {
    desk.ports.mail.hostProblem = async (host) => `${host} is inside.`;
    const { body } = await ada('POST', path, { body: { server } });
    desk.ports.mail.hostProblem = async () => null;
    expect(body).toMatchObject({
      code: 'wrong-body',
      findings: [{ where: '/server/host', what: '127.0.0.1 is inside.' }],
    });
  });

  test('refuses an authority that nothing could be checked by, and says what is wrong with it', async () => {
    const { cert, key } = selfSignedCertificate('mail.desk.test');
    const cut = cert.replace(/\n.+\n/, '\n');
    const problemOf = async (ca: string) =>
      (await ada('POST', path, { body: { server: { ...server, ca } } })).body.findings?.[0]?.what;
    expect(await problemOf('not a certificate')).toMatch(/no certificate/);
    expect(await problemOf(`${cert}\n${cut}`)).toMatch(/^certificate 2 of 2/);
    expect(await problemOf(`${key}\n${cert}`)).toMatch(/private key/);
    expect(await problemOf(`mail.desk.test\n${cert}\n${cert}`)).toBeUndefined();
  });

  test('is for admins, and not for looking through ports', async () => {
    expect((await (await desk.as('sue'))('POST', path, { body: { server } })).status).toBe(403);
    await desk.aUser({ id: 'otto', role: 'admin' });
    const otto = await desk.as('otto');
    const statuses = [];
    for (let count = 0; count < 11; count += 1) statuses.push((await otto('POST', path, { body: {} })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429]);
    expect((await otto('POST', path, { body: {} })).headers['retry-after']).toBe('300');
  });
});
