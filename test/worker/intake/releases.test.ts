import { releaseHeld } from '../../../activities/upkeep/release-held';
import { aThread } from './a-thread';
import { aChannel, aDelivery, aDesk, aMail, closeEnquiry, closeParser, type Desk, type MailParts } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

describe('a person lets go what was kept back', () => {
  test('a refused answer becomes an enquiry of its own, linked with the closed one', async () => {
    await aChannel(desk.store, { _id: 'strict', closedReply: 'refuse' });
    const thread = await aThread(desk, 'strict');
    await closeEnquiry(desk.store, thread.enquiry);
    const refused = await desk.intake.offer(aDelivery(aMail({ inReplyTo: thread.foreign }), { channelId: 'strict' }));

    const released = await desk.intake.redrive(refused.ledgerId, 'ann');

    expect(released.verdict).toBe('started');
    expect(await desk.store.enquiries.get(released.enquiry ?? '')).toMatchObject({ links: [thread.enquiry] });
    expect(await desk.store.ledger.get(refused.ledgerId)).toMatchObject({
      history: [{ verdict: 'refused', reason: 'thread closed', by: 'ann' }],
    });
  });

  test('a blocked first mail starts, its blocked answer joins, and each is told once', async () => {
    await desk.store.blocklist.add([
      { list: 'global', sender: 'ivy@blocked.test', reason: 'x', by: 'ann', at: new Date() },
    ]);
    const first = aDelivery(aMail({ from: 'ivy@blocked.test', messageId: '<first@blocked.test>' }));
    const answer = aDelivery(aMail({ from: 'ivy@blocked.test', inReplyTo: '<first@blocked.test>' }));
    expect([(await desk.intake.offer(first)).verdict, (await desk.intake.offer(answer)).verdict]).toEqual([
      'blocked',
      'blocked',
    ]);

    const started = await desk.intake.redrive(first.ledgerId, 'ann');
    const joined = await desk.intake.redrive(answer.ledgerId, 'ann');

    expect(started.verdict).toBe('started');
    expect(joined).toMatchObject({ verdict: 'joined', enquiry: started.enquiry });
    expect(desk.told.started.filter((id) => id === started.enquiry)).toHaveLength(1);
    await expect(desk.intake.redrive(first.ledgerId, 'ann')).rejects.toMatchObject({
      name: 'NotReleasable',
      verdict: 'started',
    });
    expect(await desk.intake.offer(first)).toMatchObject({ verdict: 'started', enquiry: started.enquiry });
    expect(await desk.store.ledger.get(first.ledgerId)).toMatchObject({ offers: 2, verdict: 'started' });
  });

  test('held mail runs when the flow is published, in the order in which it came', async () => {
    await aChannel(desk.store, { _id: 'soon', flow: null });
    const offer = (parts: MailParts) => desk.intake.offer(aDelivery(aMail(parts), { channelId: 'soon' }));
    const held = [
      await offer({ messageId: '<soon@customers.test>' }),
      await offer({ inReplyTo: '<soon@customers.test>' }),
    ];
    expect(held.map((one) => one.verdict)).toEqual(['held', 'held']);
    await aChannel(desk.store, { _id: 'soon' });

    expect(await desk.intake.redriveHeld('soon', 'ann')).toEqual({ released: 2, left: 0 });

    const [first, second] = await Promise.all(held.map((one) => desk.store.ledger.get(one.ledgerId)));
    expect([first?.verdict, second?.verdict]).toEqual(['started', 'joined']);
    expect(second?.enquiry).toBe(first?.enquiry);
  });

  test('a channel that is switched on lets go what waited for it, and nothing that waits for a person', async () => {
    await aChannel(desk.store, { _id: 'napping', enabled: false });
    const offered = await desk.intake.offer(aDelivery(aMail(), { channelId: 'napping' }));
    const bomb = await desk.intake.offer(aDelivery(aMail(), { channelId: 'napping' }));
    const change = {
      id: bomb.ledgerId,
      from: 'held',
      to: { verdict: 'held', reason: 'too many new enquiries in a minute' },
      by: 'a test',
      now: new Date(),
    } as const;
    await desk.store.ledger.changeVerdict(change);
    await aChannel(desk.store, { _id: 'napping' });

    expect(await desk.intake.redriveHeld('napping', 'ann')).toEqual({ released: 1, left: 0 });

    expect(await desk.store.ledger.get(offered.ledgerId)).toMatchObject({ verdict: 'started' });
    expect(await desk.store.ledger.get(bomb.ledgerId)).toMatchObject({ verdict: 'held' });
    expect(await desk.intake.redriveHeld('napping', 'ann')).toEqual({ released: 0, left: 0 });
  });

  test('a release that is stopped in the middle leaves the rest held, and the next one goes on with it', async () => {
    await aChannel(desk.store, { _id: 'stopped', flow: null });
    for (let count = 0; count < 3; count += 1) {
      await desk.intake.offer(aDelivery(aMail(), { channelId: 'stopped' }));
    }
    await aChannel(desk.store, { _id: 'stopped' });
    const told: string[] = [];

    const first = await desk.intake.redriveHeld('stopped', 'ann', async (released, left) => {
      told.push(`${released} of ${left}`);
      return released < 2;
    });

    expect({ told, first }).toEqual({ told: ['0 of 3', '1 of 2', '2 of 1'], first: { released: 2, left: 1 } });
    expect(await desk.intake.redriveHeld('stopped', 'ann')).toEqual({ released: 1, left: 0 });
  });

  test('what was asked for stands until the channel runs and nothing is held any more, and not for ever', async () => {
    const { store, intake } = desk;
    await aChannel(store, { _id: 'asked', flow: null });
    const hold = () => intake.offer(aDelivery(aMail(), { channelId: 'asked' }));
    await hold();
    const asked = new Date();
    const look = (secondsLater: number) => {
      const now = () => new Date(asked.getTime() + secondsLater * 1000);
      return releaseHeld({ store, redriveHeld: intake.redriveHeld, now }, new AbortController().signal);
    };
    await store.releases.ask('asked', 'ann', asked);

    expect(await look(1)).toBe(0);
    expect(await store.releases.get('asked')).not.toBeNull();
    await store.channels.change('asked', { flow: { id: 'asked-flow', revision: 1 } });
    expect(await look(2)).toBe(1);
    // Held by a process that had not heard yet.
    await store.channels.change('asked', { flow: null });
    await hold();
    await store.channels.change('asked', { flow: { id: 'asked-flow', revision: 1 } });
    expect(await look(6)).toBe(1);
    expect(await store.releases.get('asked')).toBeNull();

    await store.channels.change('asked', { enabled: false });
    await store.releases.ask('asked', 'ann', asked);
    await look(61);
    expect(await store.releases.get('asked')).toBeNull();
  });

  test('a release that breaks off goes on by the clock', async () => {
    await desk.store.blocklist.add([
      { list: 'global', sender: 'zoe@blocked.test', reason: 'x', by: 'ann', at: new Date() },
    ]);
    const delivery = aDelivery(aMail({ from: 'zoe@blocked.test' }));
    await desk.intake.offer(delivery);
    desk.temporalAway(true);
    await expect(desk.intake.redrive(delivery.ledgerId, 'ann')).rejects.toMatchObject({ name: 'TemporalAway' });
    desk.temporalAway(false);

    expect(await desk.intake.settleOld(-60_000)).toBe(1);

    expect(await desk.store.ledger.get(delivery.ledgerId)).toMatchObject({
      verdict: 'started',
      history: [{ verdict: 'blocked' }],
    });
  });
});
