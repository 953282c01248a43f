import { startDesk, type Ask, type Desk } from './desk';
import { anOutboxMail } from './stored';

describe('sending as people see it', () => {
  let desk: Desk;
  let ada: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
  });
  afterAll(() => desk.stop());

  const sendingOf = async (id: string) => (await ada('GET', `/v1/channels/${id}`)).body.sending;
  const aChannel = (id: string) => ada('POST', '/v1/channels', { body: { id, name: id, address: `${id}@desk.test` } });

  test('a channel whose server refuses it says why: on its page, in the list, in its waiting mail and in health', async () => {
    await aChannel('broken');
    expect(await sendingOf('broken')).toBeNull();
    const nextTryAt = new Date(Date.now() + 3_600_000);
    const reason = 'The outgoing server does not accept our sign-in (535 5.7.8 no).';
    const pause = { since: new Date(), reason, tries: 3, nextTryAt };
    await desk.work.store.channels.pauseSending('broken', null, pause);
    await anOutboxMail(desk.work.store, { _id: 'waits', channel: 'broken', sendAfter: nextTryAt });

    expect(await sendingOf('broken')).toMatchObject({ reason, tries: 3, nextTryAt: nextTryAt.toISOString() });
    const { items } = (await ada('GET', '/v1/channels')).body;
    const missing = items.find((each: { id: string }) => each.id === 'broken')?.missing;
    expect(missing).toContain(`Its mail cannot be sent and waits: ${reason}`);
    expect((await ada('GET', '/v1/outbox/waits')).body).toMatchObject({ state: 'queued', waitsFor: reason });
    const { lines } = (await desk.nobody('GET', '/readyz')).body;
    const health = lines.find((each: { name: string }) => each.name === 'sending broken');
    expect(health).toMatchObject({ ok: false, needed: false });
    // Anybody may read health: what the server said is not for anybody.
    expect(health.detail).not.toContain('535');
  });

  test('an admin has it tried at once, by a word or by saving its settings; nobody else has', async () => {
    const ann = await desk.as('ann');
    expect((await ann('POST', '/v1/channels/broken/try-sending')).status).toBe(403);
    const tried = await ada('POST', '/v1/channels/broken/try-sending');
    expect(new Date(tried.body.sending.nextTryAt).getTime()).toBeLessThanOrEqual(Date.now());
    expect((await ada('POST', '/v1/channels/nowhere/try-sending')).body.code).toBe('not-found');

    await aChannel('saved');
    const nextTryAt = new Date(Date.now() + 3_600_000);
    const pause = { since: new Date(), reason: 'a test', tries: 3, nextTryAt };
    await desk.work.store.channels.pauseSending('saved', null, pause);
    await ada('PATCH', '/v1/channels/saved', { body: { footer: 'Kind regards' } });
    expect(new Date((await sendingOf('saved')).nextTryAt).getTime()).toBeLessThanOrEqual(Date.now());
  });

  test('the brake holds the automatic mail of one channel or of all, and the audit log says who pulled it', async () => {
    const heldOf = async (id: string) => (await ada('GET', `/v1/channels/${id}`)).body.holdAutomatic;
    const pull = (on: boolean, channel?: string) =>
      ada('POST', '/v1/outbox/brake', { body: { on, ...(channel ? { channel } : {}) } });
    await aChannel('braked');
    expect((await pull(true, 'braked')).body).toEqual({ changed: 1 });
    expect((await pull(true, 'braked')).body).toEqual({ changed: 0 });
    expect([await heldOf('braked'), await heldOf('support')]).toEqual([true, false]);
    expect((await pull(true)).body.changed).toBeGreaterThan(1);
    expect(await heldOf('support')).toBe(true);
    await pull(false);
    expect([await heldOf('braked'), await heldOf('support')]).toEqual([false, false]);
    expect((await pull(true, 'nowhere')).body.code).toBe('not-found');
    const ann = await desk.as('ann');
    expect((await ann('POST', '/v1/outbox/brake', { body: { on: true } })).status).toBe(403);
    const audit = (await ada('GET', '/v1/audit?what=channel.brake')).body.items;
    expect(audit.map((each: { who: string }) => each.who)).toContain('ada');
  });

  test('marks and pace are settings of the channel', async () => {
    const settings = { replyLine: true, bodyReference: 'always', sendsPerMinute: 30 };
    const before = (await ada('GET', '/v1/channels/saved')).body;
    expect(before).toMatchObject({ replyLine: false, bodyReference: 'when-needed', sendsPerMinute: null });
    expect((await ada('PATCH', '/v1/channels/saved', { body: settings })).body).toMatchObject(settings);
    const wrong = await ada('PATCH', '/v1/channels/saved', { body: { sendsPerMinute: 0 } });
    expect(wrong.body.code).toBe('wrong-body');
  });
});
