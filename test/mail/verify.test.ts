import { dkimSign } from 'mailauth/lib/dkim/sign';
import { generateKeyPairSync } from 'node:crypto';
import { trustedResults } from '../../mail/authentication-results';
import { createDnsCache } from '../../mail/dns-cache';
import { parseMail } from '../../mail/parse';
import { verifyReceived, type ReceivedMail, type VerifyPorts } from '../../mail/verify';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** DNS of a few made-up domains; everything else does not exist. */
function zone(records: Record<string, string>): (name: string, type: string) => Promise<string[][]> {
  return async (name, type) => {
    const record = type === 'TXT' ? records[name] : undefined;
    if (record === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    return [[record]];
  };
}

const plain = [
  'From: Ann <ann@shop.example>',
  'To: support@desk.example',
  'Subject: Hi',
  'Date: Sat, 21 Nov 2026 10:00:00 +0000',
  'Message-ID: <1@shop.example>',
  '',
  'Hello',
  '',
].join('\r\n');

async function signedBy(domain: string, mail = plain): Promise<Buffer> {
  const one = { signingDomain: domain, selector: 's1', privateKey, algorithm: 'rsa-sha256' };
  const { signatures } = await dkimSign(mail, { ...one, signatureData: [one] });
  return Buffer.from(signatures + mail);
}

const keyOf = (domain: string): Record<string, string> => ({
  [`s1._domainkey.${domain}`]: `v=DKIM1; k=rsa; p=${publicKey}`,
});
async function verified(mail: Omit<ReceivedMail, 'authors'>, ports: VerifyPorts) {
  // Of a mail without bytes intake reads nothing.
  const { from } = mail.raw.length === 0 ? { from: [] } : await parseMail(mail.raw);
  return verifyReceived({ ...mail, authors: from.map(({ address }) => address) }, ports);
}

const session = { ip: '192.0.2.10', helo: 'mx.shop.example', mailFrom: 'ann@shop.example' };

describe('V1 a mail received by SMTP', () => {
  test('passes SPF, DKIM and DMARC when all of them agree with From', async () => {
    const resolve = zone({
      'shop.example': 'v=spf1 ip4:192.0.2.10 -all',
      '_dmarc.shop.example': 'v=DMARC1; p=reject',
      ...keyOf('shop.example'),
    });
    const result = await verified(
      { raw: await signedBy('shop.example'), ...session },
      { resolve, serverName: 'desk.example' },
    );
    expect(result).toMatchObject({
      source: 'checked',
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
      aligned: true,
      signedBy: ['shop.example'],
      policy: 'reject',
    });
  });

  test('fails DMARC when a stranger signs and sends it', async () => {
    const resolve = zone({
      'evil.example': 'v=spf1 ip4:192.0.2.10 -all',
      '_dmarc.shop.example': 'v=DMARC1; p=quarantine',
      ...keyOf('evil.example'),
    });
    const result = await verified(
      { raw: await signedBy('evil.example'), ...session, mailFrom: 'x@evil.example' },
      { resolve, serverName: 'desk.example' },
    );
    expect(result).toMatchObject({ spf: 'pass', dkim: 'pass', dmarc: 'fail', aligned: false, policy: 'quarantine' });
  });

  test.each([
    ['"a" boss@shop.example "b" x@evil.example', 'boss@shop.example'],
    ['"a <boss@shop.example> x@evil.example', 'boss@shop.example'],
  ])('is not aligned when From: %s is read by the check as another than by us', async (from, taken) => {
    const resolve = zone({ 'evil.example': 'v=spf1 ip4:192.0.2.10 -all', ...keyOf('evil.example') });
    const raw = await signedBy('evil.example', plain.replace('Ann <ann@shop.example>', from));
    expect((await parseMail(raw)).from).toMatchObject([{ address: taken }]);
    const result = await verified(
      { raw, ...session, mailFrom: 'x@evil.example' },
      { resolve, serverName: 'desk.example' },
    );
    expect(result).toMatchObject({ dkim: 'pass', aligned: false });
  });

  test('is not aligned when it carries no signature and its client is not in the SPF record', async () => {
    const resolve = zone({ 'shop.example': 'v=spf1 ip4:198.51.100.1 -all' });
    const result = await verified({ raw: Buffer.from(plain), ...session }, { resolve, serverName: 'desk.example' });
    expect(result).toMatchObject({ spf: 'fail', dkim: 'none', dmarc: 'none', aligned: false });
  });

  test('whose text was changed on the way fails DKIM', async () => {
    const raw = Buffer.from((await signedBy('shop.example')).toString().replace('Hello', 'Pay me'));
    const result = await verified(
      { raw, ...session },
      { resolve: zone(keyOf('shop.example')), serverName: 'desk.example' },
    );
    expect(result).toMatchObject({ dkim: 'fail', aligned: false });
  });

  test('of which the DNS does not answer in time is a temporary error, not a delay', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const result = await verified(
      { raw: await signedBy('shop.example'), ...session },
      { resolve: never, serverName: 'desk.example', budgetMs: 50 },
    );
    expect(result).toMatchObject({
      source: 'checked',
      spf: 'temperror',
      dkim: 'temperror',
      dmarc: 'temperror',
      aligned: false,
    });
  });

  test.each([[''], ['not a mail'], ['From: a@b.example, c@d.example\r\n\r\nx']])(
    'of any shape is judged without an error: %j',
    async (raw) => {
      const result = await verified(
        { raw: Buffer.from(raw), ip: '::1', helo: '', mailFrom: '' },
        { resolve: zone({}), serverName: 'desk.example' },
      );
      expect(result).toMatchObject({ source: 'checked', aligned: false });
    },
  );
});

describe('V4 strict alignment', () => {
  const record = (adkim: string): Record<string, string> => ({
    '_dmarc.shop.example': `v=DMARC1; p=reject; adkim=${adkim}; aspf=s`,
    ...keyOf('news.shop.example'),
  });

  test.each([
    ['r', 'pass'],
    ['s', 'fail'],
  ])('adkim=%s makes a signature of a subdomain %s', async (adkim, dmarc) => {
    const raw = await signedBy('news.shop.example');
    const result = await verified({ raw, ...session }, { resolve: zone(record(adkim)), serverName: 'desk.example' });
    expect(result.dmarc).toBe(dmarc);
    expect(result.aligned).toBe(dmarc === 'pass');
  });

  test('aspf=s refuses an envelope sender of a subdomain', async () => {
    const resolve = zone({
      'bounces.shop.example': 'v=spf1 ip4:192.0.2.10 -all',
      '_dmarc.shop.example': 'v=DMARC1; p=reject; aspf=s',
    });
    const result = await verified(
      { raw: Buffer.from(plain), ...session, mailFrom: 'b@bounces.shop.example' },
      { resolve, serverName: 'desk.example' },
    );
    expect(result).toMatchObject({ spf: 'pass', dmarc: 'fail', aligned: false });
  });
});

describe('V2 a mail fetched from a mailbox', () => {
  const fetched = async (...headers: string[]) =>
    parseMail(Buffer.from([...headers, 'From: ann@shop.example', '', 'x'].join('\r\n')));

  test('is judged by the topmost result of the trusted server', async () => {
    const mail = await fetched(
      'Authentication-Results: mx.google.com; dkim=pass header.i=@shop.example header.s=s1; spf=pass (google.com: ok; dmarc=fail) smtp.mailfrom=ann@shop.example; dmarc=pass (p=REJECT) header.from=shop.example',
      'Authentication-Results: mx.google.com; dmarc=fail',
    );
    expect(trustedResults(mail, ['mx.google.com'])).toMatchObject({
      source: 'trusted-header',
      spf: 'pass',
      dkim: 'pass',
      dmarc: 'pass',
      aligned: true,
      signedBy: ['shop.example'],
    });
  });

  test('is not aligned by a verdict on another author than the one we read', async () => {
    const by = (author: string) =>
      fetched(`Authentication-Results: mx.google.com; dmarc=pass (p=NONE) header.from=${author}`);
    expect(trustedResults(await by('shop.example'), ['mx.google.com'])).toMatchObject({ aligned: true });
    expect(trustedResults(await by('evil.example'), ['mx.google.com'])).toMatchObject({ aligned: false });
  });

  test('does not believe a result that names another server', async () => {
    const mail = await fetched('Authentication-Results: evil.example; dmarc=pass; dkim=pass header.d=shop.example');
    expect(trustedResults(mail, ['mx.google.com'])).toMatchObject({ source: 'unknown', dmarc: 'none', aligned: false });
  });

  test('does not take a comment for a result', async () => {
    const mail = await fetched(
      'Authentication-Results: mx.google.com; spf=fail (fine; dmarc=pass (really)) smtp.mailfrom=x@evil.example',
    );
    expect(trustedResults(mail, ['mx.google.com'])).toMatchObject({ spf: 'fail', dmarc: 'none', aligned: false });
  });

  test('of Microsoft 365, which names no server, is trusted where the channel says so', async () => {
    const mail = await fetched(
      'Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=shop.example; dkim=pass (signature was verified) header.d=shop.example;dmarc=pass action=none header.from=shop.example;compauth=pass reason=100',
    );
    expect(trustedResults(mail, [''])).toMatchObject({ spf: 'pass', dkim: 'pass', dmarc: 'pass', aligned: true });
    expect(trustedResults(mail, ['mx.google.com']).source).toBe('unknown');
  });
});

describe('the DNS cache', () => {
  test('asks once while an answer holds, and again later', async () => {
    let now = 0;
    const asked: string[] = [];
    const resolve = createDnsCache({
      resolve: async (name) => {
        asked.push(name);
        return ['192.0.2.1'];
      },
      answerMs: 1000,
      now: () => now,
    });
    await Promise.all([resolve('a.example', 'A'), resolve('A.example', 'A')]);
    now = 999;
    await resolve('a.example', 'A');
    expect(asked).toEqual(['a.example']);
    now = 1000;
    await resolve('a.example', 'A');
    expect(asked).toHaveLength(2);
  });

  test('forgets a failure sooner than an answer', async () => {
    let now = 0;
    let calls = 0;
    const resolve = createDnsCache({
      resolve: async () => {
        calls += 1;
        throw new Error('no');
      },
      failureMs: 10,
      now: () => now,
    });
    await expect(resolve('a.example', 'A')).rejects.toThrow('no');
    await expect(resolve('a.example', 'A')).rejects.toThrow('no');
    now = 10;
    await expect(resolve('a.example', 'A')).rejects.toThrow('no');
    expect(calls).toBe(2);
  });
});
