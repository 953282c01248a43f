import { noDovecot, startDovecot, type Dovecot } from '../../support/dovecot';
import { until } from '../../support/until';
import { aMail, startWatcher, type TestWatcher } from '../../support/watcher';

const missing = noDovecot();
if (missing !== null) console.warn(`Skipped: the tests of IMAP watching against Dovecot, because ${missing}.`);

(missing === null ? describe : describe.skip)('watching a folder by IMAP', () => {
  let dovecot: Dovecot;
  let watcher: TestWatcher;
  let user = '';
  let users = 0;

  beforeAll(async () => {
    dovecot = await startDovecot();
  });

  afterAll(() => dovecot.stop());

  beforeEach(() => {
    users += 1;
    user = `user${users}`;
  });

  afterEach(() => watcher.stop());

  const watch = async (...ports: Parameters<typeof startWatcher> extends [unknown, ...infer Rest] ? Rest : never) => {
    watcher = await startWatcher({ port: dovecot.imapPort, user }, ...ports);
  };

  const offered = (count: number): Promise<void> =>
    until(`${count} messages are offered`, () => watcher.offered.length >= count);

  test('begins now: what lies there already is not offered, what comes is, by IDLE and byte for byte', async () => {
    await dovecot.deliver(user, aMail('old'));
    await watch();
    await watcher.watching();
    const raw = aMail('new', { body: 'Grüße\r\n.\r\nand more' });
    await dovecot.deliver(user, raw);
    await offered(1);

    expect(watcher.offered[0]).toMatchObject({
      folder: 'INBOX',
      uid: 2,
      tooLarge: false,
      bytes: Buffer.byteLength(raw),
    });
    expect(watcher.offered[0]?.raw.toString()).toBe(raw);
    await until('the cursor has moved', () => watcher.cursor()?.uid === 2);
    await watcher.stop();
    expect(await dovecot.doveadm(['who', user])).not.toContain(user);
    expect(await dovecot.doveadm(['fetch', '-u', user, 'flags', 'mailbox', 'INBOX'])).not.toContain('Seen');
    expect(watcher.beats()).toBeGreaterThan(0);
  });

  test('begins at a date', async () => {
    await dovecot.append(user, aMail('ancient'), 'INBOX', new Date('2020-01-01'));
    await dovecot.deliver(user, aMail('today'));
    await watch({ firstSync: new Date(Date.now() - 24 * 3600 * 1000) });
    await offered(1);
    await watcher.watching();

    expect(watcher.subjects()).toEqual(['today']);
  });

  test('goes on after its cursor, in the order of arrival', async () => {
    for (const subject of ['one', 'two', 'three']) await dovecot.deliver(user, aMail(subject));
    const uidValidity = Number(
      /(\d+)/.exec(await dovecot.doveadm(['mailbox', 'status', '-u', user, 'uidvalidity', 'INBOX']))?.[1],
    );
    await watch({ known: { uidValidity, uid: 1, syncedAt: new Date() } });
    await offered(2);

    expect(watcher.subjects()).toEqual(['two', 'three']);
  });

  test('does not let the cursor pass an offer that fails, and offers it again', async () => {
    let refusals = 2;
    await watch({
      offer: async ({ uid }) => {
        if (uid === 2 && refusals > 0) {
          refusals -= 1;
          throw new Error('the store is away');
        }
      },
    });
    await watcher.watching();
    for (const subject of ['one', 'two', 'three']) await dovecot.deliver(user, aMail(subject));
    await until('the third is offered', () => watcher.subjects().includes('three'));
    if (!watcher.subjects().includes('two')) expect(watcher.cursor()?.uid).toBe(1);
    await until('everything is settled', () => watcher.cursor()?.uid === 3);

    expect(watcher.subjects()).toEqual(['one', 'three', 'two']);
    const uids = watcher.cursors.map(({ uid }) => uid);
    expect(uids.filter((uid) => uid === 2)).toEqual([]);
    expect(watcher.log.join('\n')).toContain('message 2 of "INBOX" could not be settled');
  });

  test('comes back after its connection was dropped, and misses nothing', async () => {
    await watch();
    await watcher.watching();
    await dovecot.doveadm(['kick', user]);
    await until('the loss is told', () => watcher.states.some(({ word }) => word === 'failing'));
    await dovecot.deliver(user, aMail('meanwhile'));
    await offered(1);

    expect(watcher.subjects()).toEqual(['meanwhile']);
    expect(watcher.states.find(({ word }) => word === 'failing')).toMatchObject({ trouble: 'network' });
  });

  test('looks through a folder that was made anew, from a day before its last good look, and not at older mail', async () => {
    await dovecot.doveadm(['mailbox', 'create', '-u', user, 'Support']);
    await dovecot.deliver(user, aMail('first'), 'Support');
    await watch({ folder: 'Support' });
    await watcher.watching();
    // Higher UIDs than the new folder will have: they must not hide what is in it.
    for (const subject of ['second', 'x', 'y', 'z']) await dovecot.deliver(user, aMail(subject), 'Support');
    await until('the cursor has moved', () => watcher.cursor()?.uid === 5);
    const before = watcher.cursor()?.uidValidity;
    await dovecot.doveadm(['mailbox', 'delete', '-u', user, 'Support']);
    await until('the missing folder is told', () => watcher.states.at(-1)?.trouble === 'folder');
    await dovecot.doveadm(['mailbox', 'create', '-u', user, 'Restored']);
    await dovecot.append(user, aMail('ancient'), 'Restored', new Date('2020-01-01'));
    await dovecot.deliver(user, aMail('second'), 'Restored');
    await dovecot.deliver(user, aMail('third'), 'Restored');
    await dovecot.doveadm(['mailbox', 'rename', '-u', user, 'Restored', 'Support']);
    await offered(6);
    await until('the cursor stands in the new folder', () => watcher.cursor()?.uid === 3);

    expect(watcher.cursor()?.uidValidity).not.toBe(before);
    // "second" is known to the ledger by its Message-ID and content; that is not the watcher's business.
    expect(watcher.subjects()).toEqual(['second', 'x', 'y', 'z', 'second', 'third']);
  });

  test('offers only the header of a message that is too large, and goes on', async () => {
    await watch({ maxBytes: 10_000 });
    await watcher.watching();
    await dovecot.deliver(user, aMail('huge', { body: 'x'.repeat(50).concat('\r\n').repeat(1000) }));
    await dovecot.deliver(user, aMail('small'));
    await offered(2);

    expect(watcher.offered[0]).toMatchObject({ tooLarge: true });
    expect(watcher.offered[0]?.bytes).toBeGreaterThan(50_000);
    expect(watcher.offered[0]?.raw.toString()).toMatch(/^From: ann@y\.test\r\n[\s\S]*\r\n\r\n$/);
    expect(watcher.offered[0]?.raw.toString()).not.toContain('xxxx');
    expect(watcher.offered[1]).toMatchObject({ tooLarge: false });
  });

  test('fetches a message of 30 MB whole', async () => {
    await watch({ maxBytes: 40_000_000 });
    await watcher.watching();
    const raw = aMail('big', {
      body: 'A line that is as long as lines of base64 usually are, 76 chars\r\n'.repeat(460_000),
    });
    await dovecot.deliver(user, raw);
    await offered(1);

    expect(watcher.offered[0]?.raw.equals(Buffer.from(raw))).toBe(true);
  });

  test.each([262_143, 262_144, 262_145, 1_000_000, 1_000_001])('decides rightly at %i bytes', async (bytes) => {
    await watch({ maxBytes: 1_000_000 });
    await watcher.watching();
    const head = aMail('edge', { body: '' });
    const raw =
      head +
      'x'
        .repeat(76)
        .concat('\r\n')
        .repeat(20_000)
        .slice(0, bytes - head.length - 2) +
      '\r\n';
    await dovecot.append(user, raw, 'INBOX', new Date());
    await offered(1);

    expect(watcher.offered[0]?.tooLarge).toBe(bytes > 1_000_000);
    if (bytes <= 1_000_000) expect(watcher.offered[0]?.raw.equals(Buffer.from(raw))).toBe(true);
    else expect(watcher.offered[0]?.bytes).toBe(bytes);
  });

  test('remembers the last good look of the watcher before it', async () => {
    const syncedAt = new Date('2026-01-02T03:04:05Z');
    await watch({ known: { uidValidity: 1, uid: 1, syncedAt } });
    await watcher.watching();

    expect(watcher.states[0]).toMatchObject({ word: 'connecting', syncedAt });
  });

  test('skips a message that was deleted before it was fetched', async () => {
    await dovecot.deliver(user, aMail('one'));
    await dovecot.deliver(user, aMail('two'));
    await watch({
      firstSync: new Date(0),
      offer: async ({ uid }) => {
        if (uid === 1) await dovecot.doveadm(['expunge', '-u', user, 'mailbox', 'INBOX', 'uid', '2']);
      },
    });
    await until('the cursor has passed it', () => watcher.cursor()?.uid === 2);

    expect(watcher.subjects()).toEqual(['one']);
  });

  test('flags what is settled, where that is wished', async () => {
    await watch({ afterSettle: { kind: 'flag', flag: '\\Seen' } });
    await watcher.watching();
    await dovecot.deliver(user, aMail('one'));

    await until('it is flagged', async () =>
      (await dovecot.doveadm(['fetch', '-u', user, 'flags', 'mailbox', 'INBOX'])).includes('Seen'),
    );
  });

  test('moves what is settled, where that is wished, and goes on when the folder is missing', async () => {
    await watch({ afterSettle: { kind: 'move', folder: 'Done' } });
    await watcher.watching();
    await dovecot.deliver(user, aMail('one'));
    await until('the failure is told', () =>
      watcher.log.some((line) => line.includes('could not be flagged or moved')),
    );
    await dovecot.doveadm(['mailbox', 'create', '-u', user, 'Done']);
    await dovecot.deliver(user, aMail('two'));

    await until('the next is moved', async () =>
      (await dovecot.doveadm(['mailbox', 'status', '-u', user, 'messages', 'Done'])).includes('messages=1'),
    );
    expect(watcher.subjects()).toEqual(['one', 'two']);
  });

  test('tells a wrong password apart, and takes the right one without being started anew', async () => {
    let password = 'wrong';
    await watch({
      account: async () => ({
        host: '127.0.0.1',
        port: dovecot.imapPort,
        tls: 'none',
        user,
        auth: { kind: 'password', password },
      }),
    });
    await until('the refusal is told', () => watcher.states.some(({ trouble }) => trouble === 'sign-in'));
    expect(watcher.states.at(-1)?.problem).toMatch(/refused the sign-in of user\d+: .*Check user and password\.$/);
    password = 'pw';

    await watcher.watching();
  });

  test('trusts a certificate only of an authority it was told of', async () => {
    let ca: string | null = null;
    await watch({
      account: async () => ({
        host: 'localhost',
        connectTo: '127.0.0.1',
        port: dovecot.imapsPort,
        tls: 'tls',
        user,
        auth: { kind: 'password', password: 'pw' },
        ca,
      }),
    });
    await until('the mistrust is told', () => watcher.states.some(({ trouble }) => trouble === 'tls'));
    ca = dovecot.cert;

    await watcher.watching();
  });

  test('tells a server that is not there, and stops at once while it waits', async () => {
    await watch({
      account: async () => ({
        host: '127.0.0.1',
        port: 1,
        tls: 'none',
        user,
        auth: { kind: 'password', password: 'pw' },
      }),
      timing: { retryFirstMs: 3_600_000, retryCapMs: 3_600_000 },
    });
    await until('it is told', () => watcher.states.at(-1)?.word === 'failing');
    expect(watcher.states.at(-1)).toMatchObject({ trouble: 'network' });
    await watcher.stop();

    expect(watcher.states.at(-1)?.word).toBe('stopped');
  });

  test('two watchers at once offer twice but keep one cursor', async () => {
    await watch();
    await watcher.watching();
    const other = await startWatcher({ port: dovecot.imapPort, user }, { cursor: sharedCursor(watcher) });
    await other.watching();
    for (let n = 1; n <= 10; n += 1) await dovecot.deliver(user, aMail(`mail ${n}`));
    await until('all are settled', () => watcher.cursor()?.uid === 10);
    await other.stop();

    expect(new Set([...watcher.subjects(), ...other.subjects()]).size).toBe(10);
    expect(watcher.cursor()?.uid).toBe(10);
  });
});

function sharedCursor(
  watcher: TestWatcher,
): Parameters<typeof startWatcher>[1] extends infer P | undefined
  ? P extends { cursor?: infer C }
    ? C
    : never
  : never {
  return {
    read: async () => watcher.cursor(),
    move: async (from, to) => {
      const now = watcher.cursor();
      if (from?.uid !== now?.uid || from?.uidValidity !== now?.uidValidity) return false;
      watcher.setCursor(to);
      return true;
    },
  };
}
