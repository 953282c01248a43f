import { createHash } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import { smtpClient } from '../../support/smtp-client';
import { gate, startListener, type TestListener } from '../../support/smtp-listener';
import { until } from '../../support/until';

const body = 'From: ann@y.test\r\nSubject: Hello\r\n\r\nIs anybody there?\r\n';

describe('receiving by SMTP', () => {
  let listener: TestListener;

  const listen = async (...ports: Parameters<typeof startListener>): Promise<void> => {
    listener = await startListener(...ports);
  };

  afterEach(() => listener.receiver.close());

  test('hands over the bytes as received, their hash, the envelope, and our Received line apart', async () => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.begin({ from: '', to: ['support@x.test', 'support+abc@x.test'] });
    const answer = await client.data(body.replace('Is', '..Is'));

    const [mail] = listener.taken;
    const sent = body.replace('Is', '.Is');
    expect(mail?.raw.toString()).toBe(sent);
    expect(mail?.sha256).toBe(createHash('sha256').update(sent).digest('hex'));
    expect(answer).toBe(`250 2.0.0 Taken ${mail?.sha256.slice(0, 8)}`);
    expect(mail?.envelope).toEqual({ from: '', to: ['support@x.test', 'support+abc@x.test'] });
    expect(mail?.session).toMatchObject({ helo: 'client.test', remoteAddress: '127.0.0.1', secure: false, tls: null });
    expect(mail?.received).toMatch(
      /^Received: from client\.test \(\[127\.0\.0\.1\]\)\r\n\tby mx\.x\.test with ESMTP id [\w.]+;\r\n\t.* \+0000\r\n$/,
    );
    client.destroy();
  });

  test('names the recipient in our Received line when there is only one', async () => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.begin();
    await client.data(body);

    expect(listener.taken[0]?.received).toContain('\r\n\tfor <support@x.test>;');
    client.destroy();
  });

  test.each([
    ['dots side by side, as Japanese carriers gave them out', '<hana..ko.@docomo.example>', 'hana..ko.@docomo.example'],
    ['a host with an underscore', '<root@web_01.example>', 'root@web_01.example'],
    ['a route', '<@relay.example:joe@y.test>', 'joe@y.test'],
    ['letters beyond ASCII', '<用户@例子.example> SMTPUTF8', '用户@例子.example'],
    ['a domain in ASCII that means another', '<joe@xn--mller-kva.example>', 'joe@müller.example'],
    ['parameters of other extensions', '<joe@y.test> BODY=8BITMIME RET=HDRS ENVID=abc AUTH=<>', 'joe@y.test'],
  ])('takes mail of a sender with %s', async (_what, from, envelope) => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.say('EHLO client.test');
    expect(await client.say(`MAIL FROM:${from}`)).toMatch(/^250/);
    expect(await client.say('RCPT TO:<support@x.test> NOTIFY=NEVER')).toMatch(/^250/);
    expect(await client.data(body)).toMatch(/^250/);
    expect(listener.taken[0]?.envelope.from).toBe(envelope);
    client.destroy();
  });

  test.each(['<joe>', '<joe@>', '<@y.test>', '<joe@y.test', 'joe@y.test', '<jo<e@y.test>', '<joe@y.test\u0000>'])(
    'refuses what is no sender: %j',
    async (from) => {
      await listen();
      const client = await smtpClient(listener.port);
      await client.say('EHLO client.test');
      expect(await client.say(`MAIL FROM:${from}`)).toMatch(/^501/);
      client.destroy();
    },
  );

  test('takes several mails in one burst of pipelined commands', async () => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.say('EHLO client.test');
    const one = 'MAIL FROM:<ann@y.test>\r\nRCPT TO:<support@x.test>\r\nRCPT TO:<nobody@x.test>\r\nDATA\r\n';
    client.write(`${one}${body}.\r\n${one}${body}.\r\n`);
    const replies: string[] = [];
    for (let n = 0; n < 10; n += 1) replies.push((await client.reply()).slice(0, 3));

    expect(replies).toEqual(['250', '250', '550', '354', '250', '250', '250', '550', '354', '250']);
    expect(listener.taken.map((mail) => mail.envelope.to)).toEqual([['support@x.test'], ['support@x.test']]);
    client.destroy();
  });

  test('settles a mail whose sender hangs up between the dot and the answer', async () => {
    const settling = gate();
    await listen({
      onMessage: async (mail) => {
        listener.taken.push(mail);
        await settling.opened;
        return { code: 250, text: 'late' };
      },
    });
    const client = await smtpClient(listener.port);
    await client.begin();
    void client.data(body);
    await until('the mail is being settled', () => listener.taken.length === 1);
    client.destroy();
    await until('the hang-up is seen', () => listener.receiver.load().connections === 0);
    settling.open();

    await until('nothing is under way', () => listener.receiver.load().mails === 0);
    const next = await smtpClient(listener.port);
    await next.begin();
    expect(await next.data(body)).toMatch(/^250/);
    next.destroy();
  });

  test('takes nothing of a mail whose sender hangs up before the dot', async () => {
    await listen();
    const client = await smtpClient(listener.port);
    await client.begin();
    await client.say('DATA');
    client.write(body);
    await until('bytes are in flight', () => listener.receiver.load().bytesInFlight > 0);
    client.destroy();

    await until('nothing is under way', () => listener.receiver.load().mails === 0);
    expect(listener.taken).toEqual([]);
    expect(listener.receiver.load().bytesInFlight).toBe(0);
  });

  test('offers STARTTLS with a certificate of its own making, and says so in the Received line', async () => {
    await listen({ tls: undefined });
    const client = await smtpClient(listener.port);
    expect(await client.say('EHLO client.test')).toContain('STARTTLS');
    await client.say('STARTTLS');
    const secure = connectTls({ socket: client.socket, rejectUnauthorized: false });
    await new Promise<void>((resolve) => secure.once('secureConnect', () => resolve()));
    expect(secure.getPeerX509Certificate()?.checkHost('mx.x.test')).toBe('mx.x.test');
    const lines = ['EHLO client.test', 'MAIL FROM:<ann@y.test>', 'RCPT TO:<support@x.test>', 'DATA', `${body}.`];
    for (const line of lines) {
      secure.write(`${line}\r\n`);
      await new Promise((resolve) => secure.once('data', resolve));
    }

    expect(listener.taken[0]?.session).toMatchObject({ secure: true });
    expect(listener.taken[0]?.session.tls).toMatch(/^TLSv1\.[23] /);
    expect(listener.taken[0]?.received).toContain('with ESMTPS id');
    secure.destroy();
  });

  test('survives a client that breaks off the TLS handshake', async () => {
    await listen({ tls: undefined });
    const client = await smtpClient(listener.port);
    await client.say('EHLO client.test');
    await client.say('STARTTLS');
    client.write('this is no handshake\r\n');
    await client.closed();

    expect((await smtpClient(listener.port)).greeting).toMatch(/^220/);
  });

  test('stops gently: 421 to who is idle or new, a running mail is settled and answered', async () => {
    const settling = gate();
    await listen({
      onMessage: async (mail) => {
        listener.taken.push(mail);
        await settling.opened;
        return { code: 250, text: '2.0.0 Taken' };
      },
    });
    const idle = await smtpClient(listener.port);
    const busy = await smtpClient(listener.port);
    await busy.begin();
    const answer = busy.data(body);
    await until('the mail is being settled', () => listener.taken.length === 1);
    const closing = listener.receiver.close();

    expect(await idle.reply()).toMatch(/^421 4\.3\.2/);
    expect((await smtpClient(listener.port)).greeting).toMatch(/^421 4\.3\.2/);
    settling.open();
    expect(await answer).toBe('250 2.0.0 Taken');
    await closing;
    expect(listener.receiver.load().connections).toBe(0);
  });

  test('does not wait for ever for a mail that does not settle', async () => {
    await listen({ onMessage: () => new Promise(() => undefined), limits: { drainMs: 50 } });
    const client = await smtpClient(listener.port);
    await client.begin();
    const answer = client.data(body);
    await until('the mail is being settled', () => listener.receiver.load().mails === 1);
    await listener.receiver.close();

    expect(await answer).toMatch(/^421/);
  });
});
