import { countSources } from '../../../mail/receivers/smtp-limits';
import { sourceNetwork } from '../../../mail/receivers/source-network';
import { smtpClient } from '../../support/smtp-client';
import { startListener, type TestListener } from '../../support/smtp-listener';
import { until } from '../../support/until';

const body = 'From: ann@y.test\r\nSubject: Hello\r\n\r\nIs anybody there?\r\n';

describe('a source', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(sourceNetwork(address)).toBe(network);
  });

  test('is every address of an IPv6 network, and no other network', () => {
    const limits = { maxConnectionsPerSource: 2, maxMailsPerMinutePerSource: 1 };
    const sources = countSources({ limits, isExempt: () => false, now: () => 0 });
    expect(['2001:db8:1:2::1', '2001:db8:1:2:ffff::2', '2001:db8:1:2::3'].map(sources.connect)).toEqual([
      true,
      true,
      false,
    ]);
    sources.disconnect('2001:db8:1:2:ffff::2');
    expect(sources.connect('2001:db8:1:2::4')).toBe(true);
    expect(['2001:db8:1:2::1', '2001:db8:1:2::9', '2001:db8:1:3::1'].map(sources.startMail)).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('limits of the SMTP listener', () => {
  let listener: TestListener;

  const listen = async (...ports: Parameters<typeof startListener>): Promise<void> => {
    listener = await startListener(...ports);
  };

  afterEach(() => listener.receiver.close());

  test('holds no more bytes than allowed: who comes on top is asked to come again', async () => {
    await listen({ limits: { maxBytesInFlight: 100_000 } });
    const first = await smtpClient(listener.port);
    await first.begin();
    await first.say('DATA');
    first.write('x'.repeat(90_000));
    await until('the first holds most of it', () => listener.receiver.load().bytesInFlight > 80_000);
    const second = await smtpClient(listener.port);
    await second.begin();

    expect(await second.data('y'.repeat(50_000))).toMatch(/^452 4\.3\.1/);
    expect(await first.say('\r\n.')).toMatch(/^250/);
    await second.begin();
    expect(await second.data(body)).toMatch(/^250/);
    first.destroy();
    second.destroy();
  });

  test('answers 421 to a source with too many connections, and lets it in when one has gone', async () => {
    await listen({ limits: { maxConnectionsPerSource: 2 }, isExempt: () => false });
    const [first, second] = await Promise.all([smtpClient(listener.port), smtpClient(listener.port)]);
    const third = await smtpClient(listener.port);
    expect(third.greeting).toMatch(/^421 4\.7\.0/);
    await third.closed();
    first.destroy();
    await until('the first has gone', () => listener.receiver.load().connections === 1);

    const fourth = await smtpClient(listener.port);
    expect(fourth.greeting).toMatch(/^220 mx\.x\.test/);
    second.destroy();
    fourth.destroy();
  });

  test('answers 421 above the total of connections', async () => {
    await listen({ limits: { maxConnections: 1 } });
    const first = await smtpClient(listener.port);
    const second = await smtpClient(listener.port);

    expect(second.greeting).toMatch(/^421/);
    first.destroy();
    second.destroy();
  });

  test('slows down a source that sends too many mails in a minute', async () => {
    await listen({ limits: { maxMailsPerMinutePerSource: 2 }, isExempt: () => false });
    const client = await smtpClient(listener.port);
    for (let n = 0; n < 2; n += 1) {
      await client.begin();
      expect(await client.data(body)).toMatch(/^250/);
    }

    expect(await client.say('MAIL FROM:<ann@y.test>')).toMatch(/^451 4\.7\.1/);
    client.destroy();
  });

  test('ends a connection that wants to bring ever more mails', async () => {
    await listen({ limits: { maxMailsPerConnection: 1 } });
    const client = await smtpClient(listener.port);
    await client.begin();
    await client.data(body);

    expect(await client.say('MAIL FROM:<ann@y.test>')).toMatch(/^421/);
    await client.closed();
  });

  test('ends a connection that trickles a mail for too long, and reads nothing of it as commands', async () => {
    await listen({ limits: { maxMailMs: 50 } });
    const client = await smtpClient(listener.port);
    await client.begin();
    await client.say('DATA');
    client.write('Subject: slow\r\n');

    expect(await client.reply()).toMatch(/^421 4\.4\.2/);
    client.write('\r\n.\r\nMAIL FROM:<ann@y.test>\r\n');
    await client.closed();
    expect(listener.taken).toEqual([]);
    expect(listener.receiver.load()).toEqual({ connections: 0, mails: 0, bytesInFlight: 0 });
  });
});
