import { aSender, type Sender } from '../support/a-sender';
import { until } from '../support/until';
import { found } from '../support/found';

/** Each settings of tests pause 50 ms first and 500 ms at most. */
describe('a channel whose outgoing server refuses it', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  const refusing = { auth: '535 5.7.8 bad credentials' };
  const pauseOf = async () => (await sender.store.channels.get('support'))?.sending ?? null;

  test('is paused with the reason; its mail waits, and goes by itself when the server accepts the sign-in', async () => {
    sender = await aSender(refusing);
    for (const id of ['one', 'two', 'three']) await sender.aMail(id);
    const work = sender.run();
    const pause = await found('a pause with several tries', async () => {
      const now = await pauseOf();
      return now && now.tries >= 3 ? now : null;
    });
    expect(pause.reason).toContain('535 5.7.8 bad credentials');
    expect(pause.reason).toContain('Check user and password');
    for (const id of ['one', 'two', 'three']) expect(await sender.stateOf(id)).toMatch(/queued|trying/);
    expect((await sender.store.outbox.get('one'))?.refusals ?? 0).toBe(0);

    sender.sink.play({});
    await until('all are sent', async () =>
      (await Promise.all(['one', 'two', 'three'].map(sender.stateOf))).every((state) => state === 'sent'),
    );
    expect(await pauseOf()).toBeNull();
    expect(sender.sink.mails).toHaveLength(3);
    expect(sender.told.failures).toEqual([]);
    await work.stop();
  });

  test('is tried with one mail at a time', async () => {
    sender = await aSender(refusing);
    for (let number = 0; number < 20; number += 1) await sender.aMail(`mail-${number}`);
    const work = sender.run();
    await until('it was tried five times', async () => ((await pauseOf())?.tries ?? 0) >= 5);
    await work.stop();
    // The first batch finds out; after it, one connection for each try.
    const tries = (await pauseOf())?.tries ?? 0;
    expect(sender.sink.connections()).toBeLessThanOrEqual(8 + tries);
  });

  test('does not let its mail age: what waited longer than the time to give up is tried on, and sent', async () => {
    sender = await aSender(refusing);
    const long = new Date(Date.now() - 30 * 86_400_000);
    await sender.aMail('old', { queuedAt: long, sendAfter: long });
    const work = sender.run();
    await until('it was tried', async () => ((await pauseOf())?.tries ?? 0) >= 2);
    sender.sink.play({ rcpt: '451 4.7.1 come again' });
    await until('the mail itself is refused', async () => ((await sender.store.outbox.get('old'))?.refusals ?? 0) >= 1);
    await until('the channel goes on', async () => (await pauseOf()) === null);
    sender.sink.play({});
    await until('it is sent', async () => (await sender.stateOf('old')) === 'sent');
    await work.stop();
  });

  test('tries at once when an admin says so', async () => {
    sender = await aSender(refusing);
    const nextTryAt = new Date(Date.now() + 3_600_000);
    const paused = { since: new Date(), reason: 'a test', tries: 9, nextTryAt };
    expect(await sender.store.channels.pauseSending('support', null, paused)).toBe(true);
    await sender.aMail('waits');
    sender.sink.play({});
    let asked = 0;
    const now = (): Date => {
      asked += 1;
      return new Date();
    };
    const work = sender.run({ now });
    await until('the sender has looked three times', () => asked >= 4);
    expect(sender.sink.connections()).toBe(0);

    const said = new Date();
    expect(await sender.store.channels.trySending('support', said)).toBe(true);
    await until('it is sent', async () => (await sender.stateOf('waits')) === 'sent');
    await work.stop();
    const taken = (await sender.store.outbox.get('waits'))?.takenAt ?? new Date(0);
    expect(taken.getTime()).toBeGreaterThanOrEqual(said.getTime());
  });

  test('of two senders that find out at the same time one writes the pause', async () => {
    sender = await aSender();
    const pause = { since: new Date(), reason: 'a test', tries: 1, nextTryAt: new Date() };
    const wrote = await Promise.all([1, 2].map(() => sender.store.channels.pauseSending('support', null, pause)));
    expect(wrote.filter(Boolean)).toHaveLength(1);
  });

  test.each([
    ['a host that is not known', Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), true],
    ['a host we must not connect to', Object.assign(new Error('inside'), { name: 'ForbiddenHost' }), true],
    ['a resolver that does not answer', Object.assign(new Error('EAI_AGAIN'), { code: 'EAI_AGAIN' }), false],
  ])('%s', async (_what, error, pauses) => {
    sender = await aSender();
    await sender.aMail('one');
    const work = sender.run({ resolveHost: () => Promise.reject(error) });
    await until('it was tried', async () => ((await sender.store.outbox.get('one'))?.attempt ?? 0) >= 2);
    expect((await pauseOf()) !== null).toBe(pauses);
    expect(await sender.stateOf('one')).toMatch(/queued|trying/);
    await work.stop();
  });
});
