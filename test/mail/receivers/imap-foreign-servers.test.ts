import { startScriptedImap, type ScriptedImap, type ScriptedServer } from '../../support/scripted-imap';
import { until } from '../../support/until';
import { aMail, startWatcher, type TestWatcher } from '../../support/watcher';

/** Servers as they are elsewhere; what each lacks must cost no mail. */
describe('watching a folder on a server unlike ours', () => {
  let server: ScriptedImap;
  let watcher: TestWatcher;

  afterEach(async () => {
    await watcher.stop();
    await server.stop();
  });

  const watch = async (
    given: Partial<ScriptedServer> = {},
    ports: Parameters<typeof startWatcher>[1] = {},
  ): Promise<void> => {
    server = await startScriptedImap(given);
    watcher = await startWatcher({ port: server.port, user: 'desk' }, { timing: { pollMs: 50 }, ...ports });
  };
  const offered = (count: number): Promise<void> =>
    until(`${count} messages are offered`, () => watcher.offered.length >= count);
  const settledUpTo = (uid: number): Promise<void> =>
    until(`the cursor stands at ${uid}`, () => watcher.cursor()?.uid === uid);

  test.each<[string, Partial<ScriptedServer>]>([
    ['has all that is needed', {}],
    ['has no IDLE: it is asked again and again', { capabilities: ['UIDPLUS'] }],
    ['has nothing but IMAP4rev1', { capabilities: [] }],
    ['does not say which UID comes next', { hidesUidNext: true }],
    ['says nothing where a SEARCH finds nothing', { silentSearch: true }],
    ['sends whole messages where a part was asked for', { ignoresParts: true }],
    ['says that each message has no bytes', { lyingSize: 0 }],
    ['says that each message has 100 kB', { lyingSize: 100_000 }],
    ['tells of flags and arrivals in the middle of an answer', { chatty: true }],
  ])('that %s', async (_what, given) => {
    await watch({ messages: [{ uid: 7, raw: aMail('old'), at: new Date(), flags: [] }], ...given });
    await watcher.watching();
    const mails = [aMail('first'), aMail('second', { body: `Grüße\r\n${'x'.repeat(50_000)}` })];
    for (const raw of mails) server.deliver(raw);
    await offered(2);
    await settledUpTo(9);
    expect(watcher.offered.map(({ uid, raw, tooLarge }) => [uid, raw.toString(), tooLarge])).toEqual([
      [8, mails[0], false],
      [9, mails[1], false],
    ]);
    expect(server.messages.every(({ flags }) => flags.length === 0)).toBe(true);
  });

  test('that sends whole messages of any size: the large ones are whole, and once', async () => {
    await watch({ ignoresParts: true });
    await watcher.watching();
    const raw = aMail('large', { body: 'y'.repeat(600_000) });
    server.deliver(raw);
    await offered(1);
    expect(watcher.offered[0]?.raw.length).toBe(Buffer.byteLength(raw));
    expect(watcher.offered[0]?.tooLarge).toBe(false);
  });

  test('that knows no arrival time: the message comes without one', async () => {
    await watch();
    await watcher.watching();
    server.deliver(aMail('timeless'), null);
    await offered(1);
    expect(watcher.offered[0]?.internalDate).toBeNull();
  });

  test('that expunges a message at the moment it is read: it is passed over, and the next one is the right one', async () => {
    await watch();
    await watcher.watching();
    let once = true;
    server.instead = (line) => (once && line.startsWith('UID FETCH 1 ') ? ((once = false), 'expunge') : null);
    server.deliver(aMail('gone'));
    server.deliver(aMail('stays'));
    await settledUpTo(2);
    expect(watcher.subjects()).toEqual(['stays']);
  });

  test.each(['bye', 'cut', 'hang'] as const)(
    'that answers the reading of a message with "%s": it is read again, nothing half comes in',
    async (misdeed) => {
      await watch({}, { timing: { pollMs: 50, silenceMs: 300, retryFirstMs: 20 } });
      await watcher.watching();
      let times = 2;
      server.instead = (line) => (line.startsWith('UID FETCH 1 ') && times-- > 0 ? misdeed : null);
      server.deliver(aMail('kept'));
      await settledUpTo(1);
      expect(watcher.subjects()).toEqual(['kept']);
      expect(watcher.offered[0]?.raw.toString()).toBe(server.messages[0]?.raw);
    },
  );

  test('whose folder is made anew while it is watched: what is new in it is found, and the cursor is of the new one', async () => {
    await watch({}, { firstSync: new Date(0) });
    server.deliver(aMail('before'));
    await settledUpTo(1);
    server.uidValidity = 200;
    server.messages = [
      { uid: 1, raw: aMail('before'), at: new Date(), flags: [] },
      { uid: 2, raw: aMail('after'), at: new Date(), flags: [] },
    ];
    await until('the new cursor', () => watcher.cursor()?.uidValidity === 200 && watcher.cursor()?.uid === 2);
    // The old one comes again: intake knows it by its Message-ID.
    expect(watcher.subjects()).toEqual(['before', 'before', 'after']);
  });

  test('that has no MOVE: what is settled is copied and deleted, and what follows is still read', async () => {
    await watch({ capabilities: ['IDLE', 'UIDPLUS'] }, { afterSettle: { kind: 'move', folder: 'Done' } });
    await watcher.watching();
    server.deliver(aMail('one'));
    await offered(1);
    await until('it has left the folder', () => server.messages.length === 0);
    server.deliver(aMail('two'));
    await offered(2);
    expect(watcher.subjects()).toEqual(['one', 'two']);
    expect(server.said).toContainEqual(expect.stringMatching(/^UID COPY 1 "?Done/));
  });

  test('that says goodbye while nobody asks: the watcher comes back and misses nothing', async () => {
    await watch();
    await watcher.watching();
    server.sayGoodbye();
    server.deliver(aMail('meanwhile'));
    await offered(1);
    expect(watcher.subjects()).toEqual(['meanwhile']);
  });
});
