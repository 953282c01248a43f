import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify';
import { composeMail, type OutgoingMail } from '../../../mail/compose';
import { sendBySmtp } from '../../../mail/senders/smtp';
import { noDovecot, startDovecot, type Dovecot } from '../../support/dovecot';
import { noPostfix, startPostfix, type Postfix } from '../../support/postfix';
import { startListener, type TestListener } from '../../support/smtp-listener';
import { until } from '../../support/until';
import { startWatcher } from '../../support/watcher';

const missing = noDovecot() ?? noPostfix();
if (missing !== null) console.warn(`Skipped: the tests of sending through Postfix to Dovecot, because ${missing}.`);

(missing === null ? describe : describe.skip)('a mail of ours on its way through real servers', () => {
  let dovecot: Dovecot;
  let postfix: Postfix;
  let listener: TestListener;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    dovecot = await startDovecot();
    stops.unshift(dovecot.stop);
    listener = await startListener();
    stops.unshift(listener.receiver.close);
    postfix = await startPostfix({
      'customer.test': `lmtp:inet:127.0.0.1:${dovecot.lmtpPort}`,
      'x.test': `smtp:[127.0.0.1]:${listener.port}`,
    });
    stops.unshift(postfix.stop);
  });

  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const dkim = {
    domain: 'x.test',
    selector: 'ring',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };

  const aReply = (more: Partial<OutgoingMail> = {}): OutgoingMail => ({
    messageId: '<reply.1@x.test>',
    date: new Date(),
    from: { address: 'support@x.test', name: 'Zoë from Support' },
    to: [{ address: 'ann@customer.test', name: 'Ann' }],
    replyTo: { address: 'support+r.abc@x.test' },
    subject: 'Re: Grüße aus Köln',
    html: '<p>Hello Ann,</p><p>that is a long line, longer than the 998 bytes a line may have: '.concat(
      'ä'.repeat(900),
      '</p>',
    ),
    inReplyTo: '<question@customer.test>',
    references: ['<question@customer.test>'],
    dkim,
    ...more,
  });

  const send = async (mail: OutgoingMail, to: string) =>
    sendBySmtp({
      server: { host: '127.0.0.1', port: postfix.port, tls: 'none' },
      envelope: { from: 'support+b.abc@x.test', to: [to] },
      raw: await composeMail(mail),
      beforeFinalDot: async () => true,
    });

  test('arrives in the mailbox of the customer with a valid DKIM signature', async () => {
    const watcher = await startWatcher(
      { port: dovecot.imapPort, user: 'ann@customer.test' },
      { firstSync: new Date(0) },
    );
    const result = await send(aReply(), 'ann@customer.test');
    await until('it has arrived', () => watcher.offered.length > 0);
    await watcher.stop();

    expect(result).toMatchObject({ outcome: 'sent', code: 250 });
    expect(result.answer).toMatch(/^250 2\.0\.0 Ok: queued as/);
    const raw = watcher.offered[0]?.raw ?? Buffer.alloc(0);
    expect(raw.toString()).toMatch(/^Return-Path: <support\+b\.abc@x\.test>/m);
    const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
    const verified = await dkimVerify(raw, { resolver: async () => [[record]] });
    expect(verified.results.map((one) => [one.status.result, one.signingDomain])).toEqual([['pass', 'x.test']]);
  });

  test('comes back as a bounce from the empty sender to its bounce address when the recipient is unknown', async () => {
    const result = await send(aReply({ to: [{ address: 'nobody@x.test' }] }), 'nobody@x.test');
    await until('the bounce is here', () => listener.taken.length > 0, 30_000);

    expect(result.outcome).toBe('sent');
    const [bounce] = listener.taken;
    expect(bounce?.envelope).toEqual({ from: '', to: ['support+b.abc@x.test'] });
    expect(bounce?.raw.toString()).toMatch(/^Action: failed\r\nStatus: 5\.1\.1/m);
    expect(bounce?.raw.toString()).toContain('Message-ID: <reply.1@x.test>');
  });
});
