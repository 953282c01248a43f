import { countHops, hasBareLineFeed, receivedLine } from '../../../mail/receivers/received-line';

const facts = {
  helo: 'client.test',
  remoteAddress: '192.0.2.1',
  remoteHost: 'host.y.test',
  ourName: 'mx.x.test',
  protocol: 'ESMTPS',
  id: 'abc.1',
  to: ['support@x.test'],
  at: new Date('2026-03-04T05:06:07Z'),
};

describe('our Received line', () => {
  test('says who brought the mail, how, when and for whom', () => {
    expect(receivedLine(facts)).toBe(
      'Received: from client.test (host.y.test [192.0.2.1])\r\n' +
        '\tby mx.x.test with ESMTPS id abc.1\r\n\tfor <support@x.test>;\r\n\tWed, 04 Mar 2026 05:06:07 +0000\r\n',
    );
  });

  test('marks an IPv6 address, and names nobody of several recipients', () => {
    const line = receivedLine({
      ...facts,
      remoteAddress: '2001:db8::1',
      remoteHost: null,
      to: ['a@x.test', 'b@x.test'],
    });

    expect(line).toContain('([IPv6:2001:db8::1])');
    expect(line).not.toContain('for <');
  });

  test('cannot be broken by what a client calls itself', () => {
    const line = receivedLine({ ...facts, helo: 'x)\r\nEvil: yes (', to: ['a>\r\nEvil: yes@x.test'] });

    expect(line).not.toMatch(/^Evil/m);
    expect(line.split('\r\n')).toHaveLength(5);
  });

  test('is counted among the hops as one of ours', () => {
    const foreign =
      'Received: from a (mx.x.test [1.2.3.4])\r\n by mx.y.test; date\r\nReceived: from b by mx.x.test.evil; date\r\n';
    const raw = Buffer.from(
      `${receivedLine(facts)}${foreign}Subject: Received: by mx.x.test \r\n\r\nReceived: in the text\r\n`,
    );

    expect(countHops(raw, 'mx.x.test')).toEqual({ all: 3, own: 1 });
  });
});

describe('a bare line feed', () => {
  test.each([
    ['a\r\nb\r\n', false],
    ['', false],
    ['a\nb', true],
    ['\n', true],
    ['a\r\r\n', false],
    ['a\r\n\n', true],
  ])('in %j: %s', (text, expected) => {
    expect(hasBareLineFeed(Buffer.from(text))).toBe(expected);
  });
});
