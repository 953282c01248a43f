import { noDovecot, startDovecot, type Dovecot } from '../../support/dovecot';
import { startOddImap, type OddImapServer } from '../../support/odd-imap';
import { until } from '../../support/until';
import { aMail, startWatcher, type TestWatcher } from '../../support/watcher';

const missing = noDovecot();
if (missing !== null) console.warn(`Skipped: the tests of odd IMAP servers in front of Dovecot, because ${missing}.`);

(missing === null ? describe : describe.skip)('watching a folder of a server that answers oddly', () => {
  let dovecot: Dovecot;
  let odd: OddImapServer;
  let watcher: TestWatcher;
  let user = '';
  let users = 0;

  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.stop());
  beforeEach(async () => {
    users += 1;
    user = `odd${users}`;
    odd = await startOddImap(dovecot.imapPort);
    await dovecot.deliver(user, aMail('from before'));
  });
  afterEach(async () => {
    await watcher.stop();
    await odd.close();
  });

  const watch = async (...[ports]: Parameters<typeof startWatcher> extends [unknown, ...infer Rest] ? Rest : never) => {
    watcher = await startWatcher({ port: odd.port, user }, ports);
    await watcher.watching();
  };
  const offered = (...subjects: string[]): Promise<void> =>
    until(`${subjects.join()} are offered`, () => subjects.every((each) => watcher.subjects().includes(each)));

  test.each(['TAG NO [UNAVAILABLE] the index is being rebuilt', 'TAG BAD what?'])(
    'a refused search (%s) is no empty folder: what came is offered when it answers again',
    async (say) => {
      await watch({ timing: { pollMs: 50 } });
      odd.play({ when: /^UID SEARCH/, say, times: 2 });
      await until('the refusal is told', () => watcher.states.some(({ word }) => word === 'failing'));
      expect(watcher.states.find(({ word }) => word === 'failing')).toMatchObject({
        problem: expect.stringContaining('refused to search the folder "INBOX"'),
        retryAt: expect.any(Date),
      });
      await dovecot.deliver(user, aMail('meanwhile'));
      await offered('meanwhile');
      expect(watcher.subjects()).toEqual(['meanwhile']);
    },
  );

  test.each([
    ['TAG NO [SERVERBUG] cannot read the message', 'cannot read the message'],
    ['TAG BAD no such thing', 'no such thing'],
    ['TAG OK done', 'it says OK and does not send it'],
    ['* 2 FETCH (UID 2 RFC822.SIZE 200 BODY[]<0> NIL)\r\nTAG OK done', 'it says OK and does not send it'],
  ])('a message that is not given (%s) stops no other, is told, and comes when it is given', async (say, told) => {
    await watch();
    odd.play({ when: /^UID FETCH 2 /, say });
    await dovecot.deliver(user, aMail('withheld'));
    await dovecot.deliver(user, aMail('after it'));
    await offered('after it');
    await until('it is told', () => watcher.states.at(-1)?.unsettled === 1);
    expect(watcher.states.at(-1)).toMatchObject({
      word: 'watching',
      problem: `One message waits and is tried again: the mail server does not give message 2: ${told}.`,
    });
    expect(watcher.cursor()?.uid).toBe(1);

    odd.play(null);
    await offered('withheld');
    await until('the cursor is past both', () => watcher.cursor()?.uid === 3);
    await until('nothing is told any more', () => watcher.states.at(-1)?.problem === null);
    expect(watcher.subjects()).toEqual(['after it', 'withheld']);
  });

  test('a message of which the server gives a part only is not taken for the whole', async () => {
    await watch();
    const raw = aMail('long', { body: 'x'.repeat(400_000) });
    odd.play({ when: /BODY\.PEEK\[\]<262144\./, say: '* 2 FETCH (UID 2 BODY[]<262144> NIL)\r\nTAG OK done' });
    await dovecot.deliver(user, raw);
    await until('it is told', () => watcher.states.at(-1)?.unsettled === 1);
    expect(watcher.states.at(-1)?.problem).toContain('it sends a part of its content only');
    expect(watcher.offered).toEqual([]);
    odd.play(null);
    await offered('long');
    expect(watcher.offered[0]?.raw.toString()).toBe(raw);
  });

  test.each([
    [
      'says BYE and goes',
      () => (odd.tellAll('* BYE the server is going down'), odd.play({ when: /./, say: 'close', times: 1 })),
    ],
    ['breaks the line at the next command', () => odd.play({ when: /./, say: 'close', times: 1 })],
    ['falls silent in the middle', () => odd.freeze()],
  ])('a server that %s is come back to, and nothing is missed', async (_what, strike) => {
    await watch({ timing: { pollMs: 100, silenceMs: 500 } });
    strike();
    await dovecot.deliver(user, aMail('meanwhile'));
    await offered('meanwhile');
    expect(watcher.states.filter(({ word }) => word === 'connecting').length).toBeGreaterThan(1);
    expect(watcher.subjects()).toEqual(['meanwhile']);
    await until('it watches again', () => watcher.states.at(-1)?.word === 'watching');
  });

  test.each(['TAG NO not now', 'TAG BAD unknown command', 'silence'])(
    'a server whose IDLE answers %s is looked at now and then',
    async (say) => {
      odd.play({ when: /^IDLE/, say });
      await watch({ timing: { pollMs: 100, silenceMs: 300 } });
      await dovecot.deliver(user, aMail('seen by looking'));
      await offered('seen by looking');
      expect(watcher.subjects()).toEqual(['seen by looking']);
    },
  );

  test('a sign-in that is refused for now is no wrong password', async () => {
    odd.play({ when: /^(LOGIN|AUTHENTICATE)/, say: 'TAG NO [UNAVAILABLE] try again later', times: 2 });
    await watch();
    expect(watcher.states.flatMap(({ trouble }) => trouble ?? [])).not.toContain('sign-in');
    await dovecot.deliver(user, aMail('taken'));
    await offered('taken');
  });

  test('a folder that was made anew behind a silent line is looked through again', async () => {
    const cursor = { uidValidity: 1, uid: 1, syncedAt: new Date() };
    await watch({ known: cursor, timing: { pollMs: 100 } });
    await until('the folder is known', () => (watcher.cursor()?.uidValidity ?? 1) !== 1);
    const before = watcher.cursor()?.uidValidity ?? 0;
    // The server tells nothing of it on the line that is open, as some do not.
    odd.play({ when: /^STATUS/, say: `* STATUS INBOX (UIDVALIDITY ${before + 1})\r\nTAG OK done`, times: 1 });
    const connections = (): number => odd.commands.filter((each) => /^(SELECT|EXAMINE)/.test(each)).length;
    const opened = connections();
    await until('the folder is opened anew', () => connections() > opened);
  });

  test('a cursor that another watcher moved is read again, and not moved back', async () => {
    await watch({ timing: { pollMs: 50 } });
    await until('the folder is known', () => watcher.cursor()?.uid === 1);
    const { uidValidity } = watcher.cursor() ?? { uidValidity: 0 };
    watcher.setCursor({ uidValidity, uid: 10, syncedAt: new Date() });
    await dovecot.deliver(user, aMail('two'));
    await until('it goes on behind the other', () =>
      odd.commands.some((each) => each.startsWith('UID SEARCH UID 11:')),
    );
    // Kept by this watcher: its first cursor only.
    expect(watcher.cursors.map(({ uid }) => uid)).toEqual([1]);
    expect(watcher.cursor()?.uid).toBe(10);
  });
});
