import { EffectDiffers } from '../../store/errors';
import type { AttemptResult, OutboxEntry, QueuedMail } from '../../store/outbox';
import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);
const answer = { at: now, attempt: 1, recipient: 'eve@example.org', code: 250, text: '250 2.0.0 queued as 4711' };

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

function aMail(id: string, changes: Partial<QueuedMail> = {}): QueuedMail {
  return {
    _id: id,
    enquiry: 'e-1',
    channel: 'support',
    kind: 'reply',
    author: 'ann',
    message: `message-of-${id}`,
    messageId: `<${id}@localhost>`,
    envelope: { from: 'support@localhost', to: ['eve@example.org'] },
    blob: 'b'.repeat(64),
    bytes: 900,
    digest: `digest-of-${id}`,
    queuedAt: now,
    sendAfter: now,
    heldBecause: null,
    ...changes,
  };
}
const result = (state: AttemptResult['state'], changes: Partial<AttemptResult> = {}): AttemptResult => ({
  state,
  answers: [answer],
  acceptedRecipients: [],
  now,
  ...changes,
});
const dueIds = async (of: FreshStore, at: Date, channel?: string): Promise<string[]> =>
  (await of.outbox.due(at, channel)).map((one) => one._id);

async function taken(id: string, sender = 'sender-1'): Promise<OutboxEntry> {
  await store.outbox.queue(aMail(id));
  const entry = await store.outbox.take(id, sender, now);
  if (!entry) throw new Error(`${id} was not taken`);
  return entry;
}
async function handedOver(id: string): Promise<OutboxEntry> {
  const entry = await taken(id);
  await store.outbox.handOver(id, entry.attempt);
  return entry;
}

async function concluded(entry: OutboxEntry | null): Promise<void> {
  if (!entry) throw new Error('The attempt did not end.');
  store.outbox.conclude(entry);
  await store.outbox.flush();
}

test('the same mail queued 20 times at once is queued once', async () => {
  const queued = await Promise.all(Array.from({ length: 20 }, () => store.outbox.queue(aMail('o-once'))));

  expect(queued.filter((one) => one.made)).toHaveLength(1);
  expect((await dueIds(store, now)).filter((id) => id === 'o-once')).toHaveLength(1);
});

test('another mail under the same id is refused, never skipped', async () => {
  await store.outbox.queue(aMail('o-differs'));

  await expect(store.outbox.queue(aMail('o-differs', { digest: 'another' }))).rejects.toThrow(EffectDiffers);
});

test('a repeat after a crash between the mail and its due date makes the mail due', async () => {
  const crashing = await store.again({
    failAt: (point) => {
      if (point === 'outbox.queue') throw new Error('crash');
    },
  });
  await expect(crashing.outbox.queue(aMail('o-crash'))).rejects.toThrow('crash');
  expect(await dueIds(store, now)).not.toContain('o-crash');

  await store.outbox.queue(aMail('o-crash'));

  expect(await dueIds(store, now)).toContain('o-crash');
});

test('nothing is due or taken before its time', async () => {
  await store.outbox.queue(aMail('o-undo', { channel: 'undo', sendAfter: later(10_000) }));

  expect(await dueIds(store, later(9_999), 'undo')).toEqual([]);
  expect(await store.outbox.take('o-undo', 'sender-1', later(9_999))).toBeNull();
  expect(await store.outbox.nextDueAt('undo')).toEqual(later(10_000));
  expect(await dueIds(store, later(10_000), 'undo')).toEqual(['o-undo']);
  expect(await store.outbox.take('o-undo', 'sender-1', later(10_000))).toMatchObject({ state: 'trying', attempt: 1 });
});

test('of ten senders that want one mail at once, one takes it', async () => {
  await store.outbox.queue(aMail('o-race'));

  const takes = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store.outbox.take('o-race', `sender-${index}`, now)),
  );

  expect(takes.filter(Boolean)).toHaveLength(1);
  expect(await store.outbox.get('o-race')).toMatchObject({ state: 'trying', attempt: 1 });
});

test('a sender that was overtaken cannot hand over, nor end the later attempt', async () => {
  const first = await taken('o-overtaken');
  await store.outbox.abandoned('support', 'sender-2', now);
  const second = await store.outbox.take('o-overtaken', 'sender-2', now);

  expect(second?.attempt).toBe(2);
  expect(await store.outbox.handOver('o-overtaken', first.attempt)).toBe(false);
  expect(await store.outbox.finish('o-overtaken', first.attempt, result('failed'))).toBeNull();
  expect(await store.outbox.handOver('o-overtaken', 2)).toBe(true);
  expect(await store.outbox.get('o-overtaken')).toMatchObject({ state: 'handed-over', attempt: 2 });
});

test('a mail that was sent keeps the answer word for word and is due no more', async () => {
  const { attempt } = await handedOver('o-sent');

  const sent = await store.outbox.finish(
    'o-sent',
    attempt,
    result('sent', { acceptedRecipients: ['eve@example.org'] }),
  );
  await concluded(sent);

  expect(await store.outbox.get('o-sent')).toMatchObject({
    state: 'sent',
    answers: [{ text: '250 2.0.0 queued as 4711' }],
    acceptedRecipients: ['eve@example.org'],
    doneAt: now,
  });
  expect(await dueIds(store, later(1e9))).not.toContain('o-sent');
});

test('a mail to be tried again is due at its next attempt, and recipients already accepted stay accepted', async () => {
  const { attempt } = await handedOver('o-later');
  const again = result('queued', { nextAttemptAt: later(60_000), acceptedRecipients: ['a@example.org'] });
  await store.outbox.finish('o-later', attempt, again);

  expect(await dueIds(store, later(59_000))).not.toContain('o-later');
  expect(await store.outbox.take('o-later', 'sender-1', later(60_000))).toMatchObject({
    attempt: 2,
    acceptedRecipients: ['a@example.org'],
  });
});

test('finishing twice changes nothing the second time', async () => {
  const { attempt } = await handedOver('o-finish');

  const ends = await Promise.all([1, 2].map(() => store.outbox.finish('o-finish', attempt, result('sent'))));

  expect(ends.filter(Boolean)).toHaveLength(1);
  expect((await store.outbox.get('o-finish'))?.answers).toHaveLength(1);
});

test('what a dead sender left is queued again before the hand-over and uncertain after it', async () => {
  await store.outbox.queue(aMail('o-gone-trying', { channel: 'gone' }));
  await store.outbox.queue(aMail('o-gone-handed', { channel: 'gone' }));
  await store.outbox.queue(aMail('o-living', { channel: 'gone' }));
  await store.outbox.take('o-gone-trying', 'dead', now);
  await store.outbox.take('o-gone-handed', 'dead', now);
  await store.outbox.take('o-living', 'living', now);
  await store.outbox.handOver('o-gone-handed', 1);

  const [one, two] = await Promise.all([1, 2].map(() => store.outbox.abandoned('gone', 'living', now)));

  const changed = [...(one ?? []), ...(two ?? [])].map((entry) => [entry._id, entry.state]);
  expect(Object.fromEntries(changed)).toEqual({ 'o-gone-handed': 'uncertain', 'o-gone-trying': 'queued' });
  expect(changed.filter(([id]) => id === 'o-gone-trying')).toHaveLength(1);
  expect(await store.outbox.get('o-living')).toMatchObject({ state: 'trying', takenBy: 'living' });
});

test('a mail that was done but not concluded is given to the next sender, to do what follows', async () => {
  await store.outbox.queue(aMail('o-broken-off', { channel: 'broken-off' }));
  const taken = await store.outbox.take('o-broken-off', 'dead', now);
  const sent = await store.outbox.finish('o-broken-off', taken?.attempt ?? 0, result('sent'));

  const left = await store.outbox.abandoned('broken-off', 'living', now);
  expect(left.map(({ _id, state }) => [_id, state])).toEqual([['o-broken-off', 'sent']]);
  await concluded(sent);
  expect(await store.outbox.abandoned('broken-off', 'third', now)).toEqual([]);
});

test('a sender thought dead that got its 2xx after all makes an uncertain mail sent', async () => {
  const { attempt } = await handedOver('o-thought-dead');
  await store.outbox.abandoned('support', 'sender-2', now);

  expect(await store.outbox.finish('o-thought-dead', attempt, result('sent'))).toMatchObject({ state: 'sent' });
});

test('an uncertain mail is never tried again by itself, only by a person', async () => {
  const { attempt } = await handedOver('o-uncertain');
  await concluded(await store.outbox.finish('o-uncertain', attempt, result('uncertain')));
  expect(await store.outbox.take('o-uncertain', 'sender-1', later(1e9))).toBeNull();
  expect(await dueIds(store, later(1e9))).not.toContain('o-uncertain');

  expect(await store.outbox.requeue('o-uncertain', now)).toMatchObject({ state: 'queued' });
  expect(await dueIds(store, now)).toContain('o-uncertain');
  expect(await store.outbox.take('o-uncertain', 'sender-1', now)).toMatchObject({ attempt: 2 });
});

test('a mail sent again by a person stays due when the clearing of its first end comes late', async () => {
  const { attempt } = await handedOver('o-late-clearing');
  const failed = await store.outbox.finish('o-late-clearing', attempt, result('failed'));
  if (failed) store.outbox.conclude(failed);
  await store.outbox.requeue('o-late-clearing', later(5));
  await store.outbox.flush();

  expect(await dueIds(store, later(5))).toContain('o-late-clearing');
});

const automatic = { kind: 'auto-reply' } as const;

test('held mail waits for a word, and is then due at once', async () => {
  await store.outbox.queue(aMail('o-held', { ...automatic, channel: 'brake', heldBecause: 'over 100 in 10 minutes' }));
  await store.outbox.queue(aMail('o-brake', { ...automatic, channel: 'brake' }));
  expect(await store.outbox.hold('o-brake', 'brake pulled')).toMatchObject({ state: 'held' });
  expect(await dueIds(store, later(1e9), 'brake')).toEqual([]);
  expect((await store.outbox.heldOf('brake')).map((one) => one._id).sort()).toEqual(['o-brake', 'o-held']);

  await store.outbox.release('o-held', later(1));
  await store.outbox.discard('o-brake', now);
  await store.outbox.flush();

  expect(await dueIds(store, later(1), 'brake')).toEqual(['o-held']);
  expect(await store.outbox.heldOf('brake')).toEqual([]);
  expect(await store.outbox.get('o-brake')).toMatchObject({ state: 'discarded' });
});

test('a crash in the middle of a release neither loses the mail nor sends it unasked', async () => {
  const crashing = await store.again({
    failAt: (point) => {
      if (point === 'outboxDue.due') throw new Error('crash');
    },
  });
  await store.outbox.queue(aMail('o-release', { ...automatic, channel: 'release', heldBecause: 'brake' }));
  await expect(crashing.outbox.release('o-release', now)).rejects.toThrow('crash');
  // Who asks again before a sender has put it right finds it too.
  expect((await store.outbox.heldOf('release', now)).map((one) => one._id)).toEqual(['o-release']);

  expect(await store.outbox.take('o-release', 'sender-1', now)).toBeNull();
  expect((await store.outbox.heldOf('release')).map((one) => one._id)).toEqual(['o-release']);
});

test('a mail on its way can be neither held nor discarded', async () => {
  await handedOver('o-on-its-way');

  expect(await store.outbox.hold('o-on-its-way', 'too late')).toBeNull();
  expect(await store.outbox.discard('o-on-its-way', now)).toBeNull();
  expect(await store.outbox.requeue('o-on-its-way', now)).toBeNull();
});

test('an uncertain mail found in Sent is sent; a bounce and the copy to Sent are marked once', async () => {
  const { attempt } = await handedOver('o-marks');
  await store.outbox.finish('o-marks', attempt, result('uncertain'));
  const bounced = { at: now, recipient: 'eve@example.org', code: '5.1.1' };

  expect(await store.outbox.foundInSent('o-marks', now)).toMatchObject({ state: 'sent' });
  expect(await store.outbox.foundInSent('o-marks', now)).toBeNull();
  expect([await store.outbox.copied('o-marks'), await store.outbox.copied('o-marks')]).toEqual([true, false]);
  expect([
    await store.outbox.markBounced('o-marks', bounced),
    await store.outbox.markBounced('o-marks', bounced),
  ]).toEqual([true, false]);
});

test.each(['queued', 'failed'] as const)(
  'a sender thought dead that hears a refusal (%s) after all leaves the mail uncertain: nobody else knows',
  async (state) => {
    const id = `o-late-${state}`;
    const entry = await handedOver(id);
    await store.outbox.abandoned('support', 'sender-2', now);

    expect(await store.outbox.finish(id, entry.attempt, result(state))).toBeNull();
    expect(await store.outbox.get(id)).toMatchObject({ state: 'uncertain', answers: [] });
  },
);

test('a mail that a person threw away at the moment another had it sent again is thrown away', async () => {
  await store.outbox.finish('o-two-people', (await taken('o-two-people')).attempt, result('failed'));
  let thrownAway: OutboxEntry | null = null;
  const other = await store.again({
    failAt: async (point) => {
      if (point === 'outboxDue.due' && !thrownAway) thrownAway = await store.outbox.discard('o-two-people', now);
    },
  });

  expect(await other.outbox.requeue('o-two-people', now)).toBeNull();
  expect(await store.outbox.get('o-two-people')).toMatchObject({ state: 'discarded' });
  expect(await store.outbox.take('o-two-people', 'sender-1', now)).toBeNull();
});

test('what a person let go is held by no brake again', async () => {
  await store.outbox.queue(aMail('o-let-go', { heldBecause: 'brake' }));
  await store.outbox.release('o-let-go', now);

  expect(await store.outbox.hold('o-let-go', 'brake')).toBeNull();
  expect(await store.outbox.get('o-let-go')).toMatchObject({ state: 'queued', heldBecause: null });
});

test('an answer that somebody has already cannot be taken back', async () => {
  const { attempt } = await handedOver('o-half');
  await store.outbox.finish('o-half', attempt, result('queued', { acceptedRecipients: ['eve@example.org'] }));

  expect(await store.outbox.undo('o-half', 'ann', now)).toBeNull();
  expect(await store.outbox.get('o-half')).toMatchObject({ state: 'queued' });
});

test.each(['trying', 'handed-over', 'sent'] as const)(
  'a mail to leave later that is %s leaves at no other moment',
  async (state) => {
    const id = `o-moved-${state}`;
    await store.outbox.queue(aMail(id, { later: true }));
    const entry = await store.outbox.take(id, 'sender-1', now);
    if (state !== 'trying') await store.outbox.handOver(id, entry?.attempt ?? 0);
    if (state === 'sent') await store.outbox.finish(id, entry?.attempt ?? 0, result('sent'));

    expect(
      await store.outbox.move(id, { by: 'ann', ip: null, what: 'outbox.reschedule', to: later(60_000) }, now),
    ).toBeNull();
    expect(await store.outbox.get(id)).toMatchObject({ state, sendAfter: now });
  },
);

test('mails are found by Message-ID and by enquiry, oldest first', async () => {
  await store.outbox.queue(aMail('o-find-2', { enquiry: 'e-find', queuedAt: later(2) }));
  await store.outbox.queue(aMail('o-find-1', { enquiry: 'e-find', queuedAt: later(1) }));

  expect((await store.outbox.byMessageId('<o-find-1@localhost>'))?._id).toBe('o-find-1');
  expect((await store.outbox.ofEnquiry('e-find')).map((one) => one._id)).toEqual(['o-find-1', 'o-find-2']);
  expect(await store.outbox.channelsWaiting()).toContain('support');
});

test.each(['send again', 'release'])('a sender that looks in the middle of a "%s" does not undo it', async (act) => {
  const id = `o-race-${act.replace(' ', '-')}`;
  const channel = `race-${act.replace(' ', '-')}`;
  const looking = await store.again();
  let looked = false;
  const person = await store.again({
    failAt: async (point) => {
      if (point !== 'outboxDue.due' || looked) return;
      looked = true;
      expect(await looking.outbox.take(id, 'looking', later(10))).toBeNull();
    },
  });
  await store.outbox.queue(aMail(id, { channel, heldBecause: act === 'release' ? 'brake' : null }));
  if (act === 'send again') {
    const entry = await store.outbox.take(id, 'sender-1', now);
    await store.outbox.finish(id, entry?.attempt ?? 0, result('failed'));
  }
  await (act === 'release' ? person.outbox.release(id, later(5)) : person.outbox.requeue(id, later(5)));
  expect(looked).toBe(true);
  expect(await dueIds(store, later(5), channel)).toEqual([id]);
});
