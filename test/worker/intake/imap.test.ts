import type { ImapTiming } from '../../../mail/receivers/imap';
import type { MailLogin } from '../../../store/mail-logins';
import { createIntake } from '../../../worker/intake/intake';
import { watchLogin, type ImapIntakePorts } from '../../../worker/intake/imap-intake';
import { noDovecot, startDovecot, type Dovecot } from '../../support/dovecot';
import { until } from '../../support/until';
import { aDesk, aMail, closeParser, countsOf, type Desk, type MailParts } from './desk';

const reason = noDovecot();
// oxlint-disable-next-line no-console
if (reason) console.warn(`Skipped: watching a mail login by IMAP, because ${reason}.`);
const withDovecot = reason ? describe.skip : describe;

const timing: Partial<ImapTiming> = {
  heartbeatMs: 20,
  retryFirstMs: 50,
  retryCapMs: 200,
  signInRetryFirstMs: 50,
  signInRetryCapMs: 100,
};

withDovecot('watching a mail login', () => {
  let dovecot: Dovecot;
  let desk: Desk;
  let users = 0;
  const stopping: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    dovecot = await startDovecot();
    desk = await aDesk();
  });
  afterEach(async () => {
    for (const stop of stopping.splice(0)) await stop();
  });
  afterAll(async () => {
    await desk.close();
    await closeParser();
    await dovecot.stop();
  });

  /** A login of a user of its own, whose folder may hold mail already. */
  async function aLogin(changes: Partial<MailLogin> = {}): Promise<string> {
    users += 1;
    const user = `user${users}`;
    await desk.store.mailLogins.create({
      _id: user,
      channel: 'support',
      protocol: 'imap',
      host: '127.0.0.1',
      port: dovecot.imapPort,
      tls: 'none',
      user,
      secret: desk.store.secrets.seal('pw'),
      folder: 'INBOX',
      generation: 1,
      cursor: null,
      state: { word: 'new', since: new Date(), problem: null, lastSeenAt: null },
      enabled: true,
      ca: null,
      v: 1,
      ...changes,
    });
    return user;
  }

  function watch(login: string, changes: Partial<ImapIntakePorts> = {}) {
    const stop = new AbortController();
    let beats = 0;
    const ports: ImapIntakePorts = {
      ...desk.ports,
      intake: desk.intake,
      resolveHost: async (host) => host,
      maxBytes: 100_000,
      timing,
      lookMs: 50,
      ...changes,
    };
    const heartbeat = (): void => {
      beats += 1;
    };
    const ended = watchLogin(ports, login, { heartbeat, signal: stop.signal });
    const end = async () => {
      stop.abort();
      return ended;
    };
    stopping.push(end);
    return { ended, stop: end, beats: () => beats };
  }
  const login = async (id: string): Promise<MailLogin> => {
    const found = await desk.store.mailLogins.get(id);
    if (!found) throw new Error(`no login ${id}`);
    return found;
  };
  const watching = (id: string) =>
    until(
      `${id} is watched`,
      async () => (await login(id)).state.word === 'watching' && (await login(id)).cursor !== null,
    );
  const entriesOf = async (id: string) => {
    const all = await desk.store.ledger.find({ limit: 1_000 });
    const uid = ({ _id }: { _id: string }): number =>
      Number(_id.split(':').at(-2)) * 1e6 + Number(_id.split(':').at(-1));
    return all.filter((entry) => entry.source.server === id).toSorted((one, other) => uid(one) - uid(other));
  };
  const settledOf = async (id: string, n: number) => {
    await until(
      `${n} deliveries of ${id} are settled`,
      async () => (await entriesOf(id)).filter((one) => one.verdict).length === n,
    );
    return entriesOf(id);
  };
  const arrive = (id: string, parts: MailParts = {}) => dovecot.deliver(id, aMail(parts));

  test('starts with now, takes what arrives, and the cursor stands where all is settled', async () => {
    const id = await aLogin();
    await arrive(id, { subject: 'From before' });
    const { beats } = watch(id);
    await watching(id);
    await arrive(id, { subject: 'New one' });
    const [entry] = await settledOf(id, 1);

    expect(entry).toMatchObject({
      verdict: 'started',
      subject: 'New one',
      channel: 'support',
      source: { kind: 'imap', server: id },
    });
    expect(entry?._id).toMatch(new RegExp(`^imap:${id}\\.1:INBOX:\\d+:2$`));
    await until('the cursor has moved', async () => (await login(id)).cursor?.uid === 2);
    expect(beats()).toBeGreaterThan(0);
  });

  test('a state that could not be written is written with the next word of the watcher, though that be the same', async () => {
    const id = await aLogin();
    const { mailLogins } = desk.store;
    let failures = 2;
    const setState: typeof mailLogins.setState = async (...state) => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('away');
      }
      return mailLogins.setState(...state);
    };
    watch(id, { store: { ...desk.store, mailLogins: { ...mailLogins, setState } } });
    // "connecting" and "watching" are lost.
    await until('it is watched', async () => failures === 0 && (await login(id)).cursor !== null);
    expect((await login(id)).state.word).toBe('new');

    await arrive(id, { subject: 'A reason to look' });

    await watching(id);
    expect((await login(id)).state.lastSeenAt).toEqual(expect.any(Date));
  });

  test('goes on at the cursor after a stop, and finds by identity what a folder made anew holds', async () => {
    const id = await aLogin();
    const first = watch(id);
    await watching(id);
    await arrive(id, { messageId: `<known@${id}.test>`, subject: 'Known' });
    await settledOf(id, 1);
    await until('the cursor has moved', async () => (await login(id)).cursor?.uid === 1);
    expect(await first.stop()).toEqual({ gone: false });

    await arrive(id, { subject: 'While nobody watched' });
    const second = watch(id);
    await settledOf(id, 2);
    await second.stop();
    const before = (await login(id)).cursor;
    await dovecot.doveadm(['mailbox', 'create', '-u', id, 'Other']);
    await dovecot.doveadm(['mailbox', 'delete', '-u', id, '-s', 'Other']);
    await dovecot.doveadm(['expunge', '-u', id, 'mailbox', 'INBOX', 'all']);
    await dovecot.doveadm([
      'mailbox',
      'update',
      '-u',
      id,
      '--uid-validity',
      String((before?.uidValidity ?? 0) + 7),
      'INBOX',
    ]);
    await arrive(id, { messageId: `<known@${id}.test>`, subject: 'Known' });
    await arrive(id, { subject: 'Unknown' });
    watch(id);
    const entries = await settledOf(id, 4);

    expect(entries.map((entry) => entry.verdict)).toEqual(['started', 'started', 'duplicate', 'started']);
  });

  test('a mail above the limit is refused and listed with sender and subject; the next one comes in', async () => {
    const id = await aLogin();
    watch(id, { maxBytes: 5_000 });
    await watching(id);
    await arrive(id, { subject: 'Much too large', text: 'x'.repeat(20_000) });
    await arrive(id, { subject: 'Small' });
    const entries = await settledOf(id, 2);

    expect(entries).toMatchObject([
      { verdict: 'refused', reason: 'too large', from: 'mia@customers.test', subject: 'Much too large', blob: '' },
      { verdict: 'started', subject: 'Small' },
    ]);
    expect(entries[0]?.bytes).toBeGreaterThan(20_000);
    await expect(desk.intake.redrive(entries[0]?._id ?? '', 'ann')).rejects.toMatchObject({ name: 'NotReleasable' });
  });

  test('the cursor waits for a mail that cannot be settled, and moves on when it can', async () => {
    const id = await aLogin();
    let away = true;
    const workflows = {
      ...desk.ports.workflows,
      startEnquiry: async () => (away ? Promise.reject(new Error('14 UNAVAILABLE')) : undefined),
    };
    watch(id, { intake: createIntake({ ...desk.ports, workflows }) });
    await watching(id);
    await arrive(id);
    await until('the mail was tried', async () => (await entriesOf(id)).length === 1);
    expect((await login(id)).cursor?.uid).toBe(0);

    away = false;
    expect(await settledOf(id, 1)).toMatchObject([{ verdict: 'started' }]);
    await until('the cursor has moved', async () => (await login(id)).cursor?.uid === 1);
  });

  test('two watchers at once make one entry and one enquiry of each mail', async () => {
    const id = await aLogin();
    const before = (await countsOf(desk)).open;
    watch(id);
    watch(id, { intake: desk.another(await desk.store.again()) });
    await watching(id);
    for (let mail = 0; mail < 5; mail += 1) await arrive(id);
    const entries = await settledOf(id, 5);

    expect(entries.map((entry) => entry.verdict)).toEqual(Array(5).fill('started'));
    await until('the cursor has moved', async () => (await login(id)).cursor?.uid === 5);
    // What the other process has started is listed a moment later, by itself.
    await until('all are listed', async () => (await countsOf(desk)).open - before >= 5);
    expect((await countsOf(desk)).open - before).toBe(5);
  });

  test('a refused sign-in is told at the login, and a new password is taken without a restart', async () => {
    const id = await aLogin({ secret: desk.store.secrets.seal('wrong') });
    watch(id);
    await until('it fails', async () => (await login(id)).state.word === 'failing');
    expect((await login(id)).state.problem).toMatch(/refused the sign-in of user\d+/);

    await desk.store.mailLogins.change(id, { secret: desk.store.secrets.seal('pw') });

    await watching(id);
    expect((await login(id)).state.problem).toBeNull();
  });

  test.each([
    { title: 'removed', act: (id: string) => desk.store.mailLogins.remove(id) },
    { title: 'switched off', act: (id: string) => desk.store.mailLogins.change(id, { enabled: false }) },
  ])('ends when the login is $title', async ({ act }) => {
    const id = await aLogin();
    const { ended } = watch(id);
    await watching(id);
    await act(id);
    expect(await ended).toEqual({ gone: true });
  });

  test('another folder begins anew, under a new generation', async () => {
    const id = await aLogin();
    watch(id);
    await watching(id);
    await dovecot.doveadm(['mailbox', 'create', '-u', id, 'Desk']);
    await desk.store.mailLogins.change(id, { folder: 'Desk' });
    await until('the new folder is watched', async () => (await login(id)).cursor !== null);
    await dovecot.deliver(id, aMail(), 'Desk');

    expect((await settledOf(id, 1))[0]?._id).toMatch(new RegExp(`^imap:${id}\\.2:Desk:`));
  });

  test('what the mailbox provider says of the origin is believed, what others say is not', async () => {
    const id = await aLogin();
    const settings = { ...desk.ports.settings, trustedResults: { '127.0.0.1': ['mx.provider.test'] } };
    watch(id, { intake: createIntake({ ...desk.ports, settings }) });
    await watching(id);
    await arrive(id, {
      headers: { 'Authentication-Results': 'mx.provider.test; spf=fail smtp.mailfrom=customers.test; dmarc=fail' },
    });
    await arrive(id, {
      headers: { 'Authentication-Results': 'mx.elsewhere.test; spf=pass smtp.mailfrom=customers.test; dmarc=pass' },
    });
    const entries = await settledOf(id, 2);
    const facts = (await desk.store.messages.getMany(entries.map((entry) => entry.message ?? ''))).map(
      (message) => message.facts,
    );

    expect(facts).toMatchObject([
      { spf: 'fail', dmarc: 'fail' },
      { spf: 'none', dmarc: 'none' },
    ]);
  });
});

test('the tests of IMAP intake say so when they cannot run', () => {
  expect(reason === null || reason.includes('not installed')).toBe(true);
});
