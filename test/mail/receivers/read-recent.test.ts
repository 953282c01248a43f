import { noDovecot, startDovecot, type Dovecot } from '../../support/dovecot';
import type { ImapAccount } from '../../../mail/receivers/imap-account';
import { readRecent, type RecentMailWanted } from '../../../mail/receivers/read-recent';

const reason = noDovecot();
const described = reason === null ? describe : describe.skip;
if (reason !== null) process.stderr.write(`Reading of recent mail is not tested: ${reason}.\n`);

const DAY_MS = 86_400_000;
const mail = (subject: string, more = ''): string =>
  `From: a@example.org\r\nTo: b@example.org\r\nSubject: ${subject}\r\n\r\nHello.\r\n${more}`;

described('reading what came to a mailbox lately', () => {
  let dovecot: Dovecot;
  let account: ImapAccount;
  const user = 'recent';
  beforeAll(async () => {
    dovecot = await startDovecot();
    const auth = { kind: 'password', password: 'pw' } as const;
    account = { host: '127.0.0.1', port: dovecot.imapPort, tls: 'none', user, auth };
    await dovecot.append(user, mail('old'), 'INBOX', new Date(Date.now() - 9 * DAY_MS));
    await dovecot.append(user, mail('two'), 'INBOX', new Date(Date.now() - 2 * DAY_MS));
    await dovecot.append(user, mail('large', 'x'.repeat(5000)), 'INBOX', new Date(Date.now() - DAY_MS));
    for (const subject of ['three', 'four']) await dovecot.deliver(user, mail(subject));
    await dovecot.doveadm(['flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'SUBJECT', 'four']);
  });
  afterAll(() => dovecot.stop());

  const flags = (): Promise<string> => dovecot.doveadm(['fetch', '-u', user, 'uid flags', 'mailbox', 'INBOX', 'all']);
  async function read(wanted: Partial<RecentMailWanted> = {}): Promise<string[]> {
    const since = new Date(Date.now() - 7 * DAY_MS);
    const subjects: string[] = [];
    for await (const { raw } of readRecent(account, {
      folder: 'INBOX',
      since,
      limit: 100,
      maxBytes: 2000,
      ...wanted,
    })) {
      subjects.push(/Subject: (\w+)/.exec(raw.toString())?.[1] ?? '');
    }
    return subjects;
  }

  it('gives the mails since then, oldest first, without those that are too large, and touches no flag', async () => {
    const before = await flags();
    expect(await read()).toEqual(['two', 'three', 'four']);
    expect(await read({ maxBytes: 20_000 })).toEqual(['two', 'large', 'three', 'four']);
    expect(await flags()).toBe(before);
    expect(before).not.toContain('\\Seen');
  });

  it('gives the newest when there are more than wanted', async () => {
    expect(await read({ limit: 2 })).toEqual(['three', 'four']);
    expect(await read({ since: new Date(Date.now() - 20 * DAY_MS) })).toEqual(['old', 'two', 'three', 'four']);
  });

  it('gives one mail by its UID without reading the others', async () => {
    expect(await read({ uid: 4 })).toEqual(['three']);
    expect(await read({ uid: 99 })).toEqual([]);
  });

  it('leaves the server when the reader has enough', async () => {
    for await (const { raw } of readRecent(account, {
      folder: 'INBOX',
      since: new Date(0),
      limit: 9,
      maxBytes: 2000,
    })) {
      expect(raw.length).toBeGreaterThan(0);
      break;
    }
    expect(await dovecot.doveadm(['who', user])).not.toMatch(/imap/);
  });

  it('fails where the folder is not there', async () => {
    await expect(read({ folder: 'Nowhere' })).rejects.toThrow();
  });
});
