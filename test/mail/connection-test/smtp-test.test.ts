import { testSmtp, type SmtpUnderTest } from '../../../mail/connection-test/smtp-test';
import { selfSignedCertificate } from '../../../mail/receivers/self-signed';
import { freePorts } from '../../support/free-ports';
import { startListener } from '../../support/smtp-listener';
import { startSmtpSink, type SinkScript } from '../../support/smtp-sink';

const patience = { limitMs: 60_000, stepMs: 10_000 };
const mail = {
  envelope: { from: 'desk@x.test', to: ['ann@y.test'] },
  raw: Buffer.from('Subject: test\r\n\r\nHello\r\n'),
};
const aServer = (server: Partial<SmtpUnderTest>): SmtpUnderTest => ({
  host: 'localhost',
  port: 1,
  tls: 'none',
  auth: { user: 'desk@x.test', password: 'canary-password' },
  resolve: async () => '127.0.0.1',
  ...server,
});

describe('CH4.3 the test of the server mail leaves by', () => {
  test('signs in and sends a mail when one is asked for, and none when not', async () => {
    const sink = await startSmtpSink();
    const silent = await testSmtp(aServer({ port: sink.port }), null, patience);
    expect(sink.mails).toHaveLength(0);
    const sent = await testSmtp(aServer({ port: sink.port }), mail, patience);
    await sink.close();
    expect(sink.mails).toHaveLength(1);
    expect([silent, sent].map(({ steps }) => steps.map(({ step, outcome }) => `${step} ${outcome}`))).toEqual([
      ['dns passed', 'tcp passed', 'tls skipped', 'login passed', 'send skipped'],
      ['dns passed', 'tcp passed', 'tls skipped', 'login passed', 'send passed'],
    ]);
  });

  test.each<[string, SinkScript, Partial<SmtpUnderTest>, string, string]>([
    ['refuses to talk to us', { greeting: '554 5.7.1 go away' }, {}, 'tcp', '554 5.7.1 go away'],
    ['speaks something else', { greeting: 'SSH-2.0-OpenSSH_9.2' }, {}, 'tcp', 'SSH'],
    ['has no STARTTLS', {}, { tls: 'starttls' }, 'tls', 'does not offer STARTTLS'],
    ['has no TLS on this port', {}, { tls: 'tls' }, 'tls', 'Try "starttls"'],
    ['refuses the sign-in', { auth: '535 5.7.8 wrong canary-password' }, {}, 'login', '535 5.7.8 wrong …'],
    ['refuses the sender', { mail: '550 5.7.60 not yours' }, {}, 'send', '550 5.7.60 not yours'],
    ['refuses the recipient', { rcpt: '550 5.1.1 nobody' }, {}, 'send', '550 5.1.1 nobody'],
    ['refuses the mail', { dot: '554 5.7.1 spam' }, {}, 'send', '554 5.7.1 spam'],
    ['asks for a sign-in', { mail: '530 5.7.0 sign in' }, { auth: null }, 'send', '530 5.7.0 sign in'],
  ])('names the step when the server %s', async (_what, script, changes, failed, sentence) => {
    const sink = await startSmtpSink(script);
    const report = await testSmtp(aServer({ port: sink.port, ...changes }), mail, patience);
    await sink.close();
    expect(report.failed).toBe(failed);
    expect(report.steps.find(({ step }) => step === failed)?.sentence).toContain(sentence);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  test('says that nothing listens on the port', async () => {
    const [port = 0] = await freePorts(1);
    const report = await testSmtp(aServer({ port }), mail, patience);
    expect(report.steps[1]).toMatchObject({ outcome: 'failed', sentence: expect.stringContaining('Nothing listens') });
  });

  test('tells a certificate nobody trusts, and takes it with its authority', async () => {
    const { key, cert } = selfSignedCertificate('localhost');
    const { port, receiver } = await startListener({ tls: { key, cert } });
    const asked = aServer({ port, tls: 'starttls', auth: null });
    const distrusted = await testSmtp(asked, null, patience);
    const trusted = await testSmtp({ ...asked, ca: cert }, null, patience);
    await receiver.close();
    expect(distrusted.failed).toBe('tls');
    expect(distrusted.steps[2]?.sentence).toContain('put its authority into "ca"');
    expect(trusted).toMatchObject({ ok: true, failed: null });
  });
});
