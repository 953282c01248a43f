import { appendToSent, findInSent } from '../../../mail/senders/sent-copy';
import type { ImapAccount } from '../../../mail/receivers/imap-account';
import { noDovecot, startDovecot, type Dovecot } from '../../support/dovecot';
import { startOddImap } from '../../support/odd-imap';
import { aMail } from '../../support/watcher';

const missing = noDovecot();
if (missing !== null) console.warn(`Skipped: the tests of copies in Sent against Dovecot, because ${missing}.`);

(missing === null ? describe : describe.skip)('the copy of a sent mail', () => {
  let dovecot: Dovecot;

  beforeAll(async () => {
    dovecot = await startDovecot();
  });

  afterAll(() => dovecot.stop());

  const account = (user: string): ImapAccount => ({
    host: '127.0.0.1',
    port: dovecot.imapPort,
    tls: 'none',
    user,
    auth: { kind: 'password', password: 'pw' },
  });

  test('is put into Sent once, read already, however often it is asked for', async () => {
    const raw = Buffer.from(aMail('reply'));

    expect(await appendToSent(account('ann'), raw)).toEqual({ outcome: 'appended', folder: 'Sent' });
    expect(await appendToSent(account('ann'), raw)).toEqual({ outcome: 'already-there', folder: 'Sent' });
    expect(await dovecot.doveadm(['mailbox', 'status', '-u', 'ann', 'messages unseen', 'Sent'])).toContain(
      'messages=1 unseen=0',
    );
  });

  test('is found by its Message-ID, and another is not', async () => {
    await appendToSent(account('bob'), Buffer.from(aMail('reply')));

    expect(await findInSent(account('bob'), '<reply@y.test>')).toBe(true);
    expect(await findInSent(account('bob'), '<other@y.test>')).toBe(false);
  });

  test('is left to providers that make it themselves, without asking them', async () => {
    const gmail = { ...account('carl'), host: 'imap.gmail.com', connectTo: '127.0.0.1' };

    expect(await appendToSent(gmail, Buffer.from(aMail('reply')))).toEqual({ outcome: 'provider', folder: null });
  });

  test.each(['TAG NO [SERVERBUG] not now', 'TAG BAD what?'])(
    'is not said to be missing by a server that refuses to search (%s)',
    async (say) => {
      await appendToSent(account('erin'), Buffer.from(aMail('reply')));
      const odd = await startOddImap(dovecot.imapPort);
      odd.play({ when: /^UID SEARCH/, say });
      const behind = { ...account('erin'), port: odd.port };

      await expect(findInSent(behind, '<reply@y.test>')).rejects.toThrow('refused to search the folder "Sent"');
      await expect(appendToSent(behind, Buffer.from(aMail('reply')))).rejects.toThrow('refused to search');
      await odd.close();
      expect(await dovecot.doveadm(['mailbox', 'status', '-u', 'erin', 'messages', 'Sent'])).toContain('messages=1');
    },
  );

  test('fails loudly when the sign-in is refused', async () => {
    const stranger = { ...account('dora'), auth: { kind: 'password' as const, password: 'wrong' } };

    await expect(findInSent(stranger, '<reply@y.test>')).rejects.toMatchObject({ authenticationFailed: true });
  });
});
