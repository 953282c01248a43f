import {
  isAvailable,
  type OfferEnd,
  type PendingOffer,
  type PresenceWord,
  type ReserveRequest,
} from '../../store/agents';
import { freshStore, type FreshStore } from '../support/fresh-store';
import { later, now } from './enquiry-documents';

let store: FreshStore;

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

async function anAgent(id: string, capacity = 5): Promise<string> {
  await store.agents.save({ id, name: `Agent ${id}`, capacity }, now);
  await store.agents.setPresence(id, 'available', 'agent', now, 45_000);
  return id;
}

function anOffer(enquiry: string, broadcast = false): PendingOffer {
  const channel = 'support';
  return { offer: `${enquiry}-offer`, enquiry, number: 7, channel, since: now, until: later(60_000), broadcast };
}

const reserving = (agent: string, enquiryId: string, changes: Partial<ReserveRequest> = {}): ReserveRequest => ({
  agent,
  enquiryId,
  decision: `${enquiryId}:1`,
  offer: anOffer(enquiryId),
  now,
  ...changes,
});

const ending = (agents: string[], enquiryId: string, changes: Partial<OfferEnd> = {}): OfferEnd => ({
  agents,
  enquiryId,
  offerId: `${enquiryId}-offer`,
  how: 'missed',
  winner: null,
  now,
  missesAllowed: 3,
  ...changes,
});

test('an agent of capacity 5 is reserved by exactly 5 of 200 enquiries that want him at once', async () => {
  const ann = await anAgent('ann-200');

  const wanted = Array.from({ length: 200 }, (_, index) => store.agents.reserve(reserving(ann, `e-${index}`)));
  const outcomes = await Promise.all(wanted);

  expect(outcomes.filter((one) => one.outcome === 'reserved')).toHaveLength(5);
  expect(outcomes.filter((one) => one.outcome === 'refused' && one.reason === 'full')).toHaveLength(195);
  const after = await store.agents.get(ann);
  expect(after?.load).toBe(5);
  expect(Object.keys(after?.slots ?? {})).toHaveLength(5);
  expect(Object.keys(after?.offers ?? {})).toHaveLength(5);
});

test('the same enquiry asking 20 times at once takes one slot', async () => {
  const ann = await anAgent('ann-same');

  const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.agents.reserve(reserving(ann, 'e-1'))));

  expect(outcomes.filter((one) => one.outcome === 'reserved')).toHaveLength(1);
  expect(outcomes.filter((one) => one.outcome === 'already')).toHaveLength(19);
  expect((await store.agents.get(ann))?.load).toBe(1);
});

test.each<[string, (agent: string) => Promise<unknown>, string]>([
  ['his word is away', (id) => store.agents.setPresence(id, 'away', 'agent', now), 'unavailable'],
  ['his lease has ended', (id) => store.agents.setPresence(id, 'available', 'agent', now, 0), 'unavailable'],
  ['he is suspended', (id) => store.agents.setSuspended(id, true, 'sue', now), 'suspended'],
  ['he holds as many as he may', (id) => store.agents.hold(id, 'other', now), 'full'],
])('no slot is taken when %s', async (what, make, reason) => {
  const ann = await anAgent(`ann ${what}`.replaceAll(' ', '-'), 1);
  await make(ann);

  expect(await store.agents.reserve(reserving(ann, 'e-1'))).toEqual({ outcome: 'refused', reason });
  expect((await store.agents.get(ann))?.slots).not.toHaveProperty('e-1');
});

test('an unknown agent is refused as unknown', async () => {
  expect(await store.agents.reserve(reserving('nobody', 'e-1'))).toEqual({ outcome: 'refused', reason: 'unknown' });
});

test('his own act takes a slot while he is away, and over capacity only by force', async () => {
  const ann = await anAgent('ann-own', 1);
  await store.agents.setPresence(ann, 'away', 'agent', now);
  const own = { offer: null, whateverPresence: true };

  expect(await store.agents.reserve(reserving(ann, 'e-1', own))).toMatchObject({ outcome: 'reserved' });
  expect(await store.agents.reserve(reserving(ann, 'e-2', own))).toEqual({ outcome: 'refused', reason: 'full' });
  expect(await store.agents.reserve(reserving(ann, 'e-2', { ...own, force: true }))).toEqual({ outcome: 'reserved' });
  expect(await store.agents.get(ann)).toMatchObject({ load: 2 });
});

test('ending an offer twice frees its slot once and counts one miss', async () => {
  const ann = await anAgent('ann-twice');
  await store.agents.reserve(reserving(ann, 'e-1'));
  await store.agents.reserve(reserving(ann, 'e-2'));

  const ends = await Promise.all([1, 2, 3].map(() => store.agents.endOffers(ending([ann], 'e-1'))));

  expect(ends.flat()).toEqual([{ agent: ann, freed: true, notResponding: false, missesInRow: 1 }]);
  expect(await store.agents.get(ann)).toMatchObject({ load: 1, missesInRow: 1 });
});

test('an offer that is over does not end the next offer of the same enquiry', async () => {
  const ann = await anAgent('ann-next');
  await store.agents.reserve(reserving(ann, 'e-1', { offer: { ...anOffer('e-1'), offer: 'second' } }));

  expect(await store.agents.endOffers(ending([ann], 'e-1', { offerId: 'first' }))).toEqual([]);
  expect(await store.agents.get(ann)).toMatchObject({ load: 1, missesInRow: 0 });
});

test('the third miss in a row makes him not responding; his own word makes him available and forgets the misses', async () => {
  const ann = await anAgent('ann-silent');
  for (const enquiry of ['e-1', 'e-2', 'e-3']) {
    await store.agents.reserve(reserving(ann, enquiry));
    await store.agents.endOffers(ending([ann], enquiry));
  }
  expect(await store.agents.get(ann)).toMatchObject({ presence: { word: 'notResponding', cause: 'missed' } });

  const back = await store.agents.setPresence(ann, 'available', 'agent', now, 45_000);
  expect(back).toMatchObject({ missesInRow: 0, presence: { word: 'available' } });
});

test('a crash between counting the third miss and taking him off is made good by the repeat', async () => {
  const crashing = await store.again({
    failAt: (point) => {
      if (point === 'agents.endOffers') throw new Error('crash');
    },
  });
  const ann = await anAgent('ann-crash');
  await store.agents.reserve(reserving(ann, 'e-1'));
  await expect(crashing.agents.endOffers(ending([ann], 'e-1', { missesAllowed: 1 }))).rejects.toThrow('crash');
  expect((await store.agents.get(ann))?.presence.word).toBe('available');

  const repeated = await store.agents.endOffers(ending([ann], 'e-1', { missesAllowed: 1 }));

  expect(repeated).toEqual([{ agent: ann, freed: false, notResponding: true, missesInRow: 1 }]);
  expect(await store.agents.get(ann)).toMatchObject({ load: 0, presence: { word: 'notResponding' } });
});

test('a broadcast rings at those who are available and reserves nobody', async () => {
  const ids = [await anAgent('bob-1'), await anAgent('bob-2'), await anAgent('bob-3')];
  await store.agents.setPresence('bob-2', 'busy', 'agent', now);

  const ringing = await store.agents.offerTo(ids, anOffer('e-all', true), now);

  expect(ringing).toEqual(['bob-1', 'bob-3']);
  expect((await store.agents.getMany(ids)).map((one) => one.load)).toEqual([0, 0, 0]);
});

test('the winner of a broadcast keeps his slot and is counted once for the day; the others stop ringing', async () => {
  const ids = [await anAgent('cid-1'), await anAgent('cid-2')];
  await store.agents.offerTo(ids, anOffer('e-all', true), now);
  await store.agents.reserve(reserving('cid-1', 'e-all', { offer: null, whateverPresence: true }));
  const accepted = ending(ids, 'e-all', { how: 'accepted', winner: 'cid-1', day: '2026-03-02' });

  await store.agents.endOffers(accepted);
  await store.agents.endOffers(accepted);

  const [winner, other] = await store.agents.getMany(ids);
  expect(winner).toMatchObject({ load: 1, offers: {}, received: { '2026-03-02': 1 }, slots: { 'e-all': {} } });
  expect(other).toMatchObject({ load: 0, offers: {}, received: {}, missesInRow: 0 });
});

test('what was received more than a week ago is forgotten when something is received', async () => {
  const ann = await anAgent('ann-week');
  await store.agents.reserve(reserving(ann, 'e-1', { day: '2026-02-20' }));
  await store.agents.reserve(reserving(ann, 'e-2', { day: '2026-03-02' }));

  expect((await store.agents.get(ann))?.received).toEqual({ '2026-03-02': 1 });
});

test('releasing and holding 20 times at once change the load by one', async () => {
  const ann = await anAgent('ann-hold', 1);
  const twenty = Array.from({ length: 20 });

  const held = await Promise.all(twenty.map(() => store.agents.hold(ann, 'e-1', now)));
  await store.agents.hold(ann, 'e-2', now);
  expect(held.filter(Boolean)).toHaveLength(1);
  expect((await store.agents.get(ann))?.load).toBe(2);

  const released = await Promise.all(twenty.map(() => store.agents.release(ann, 'e-1', now)));
  expect(released.filter(Boolean)).toHaveLength(1);
  expect(await store.agents.get(ann)).toMatchObject({ load: 1, slots: { 'e-2': {} } });
});

test('the load equals the number of slots after 300 racing acts', async () => {
  const ann = await anAgent('ann-storm', 4);
  const acts = Array.from({ length: 300 }, (_, index) => {
    const enquiry = `e-${index % 9}`;
    if (index % 3 === 0) return store.agents.reserve(reserving(ann, enquiry));
    if (index % 3 === 1) return store.agents.release(ann, enquiry, now);
    return index % 2 === 0 ? store.agents.hold(ann, enquiry, now) : store.agents.endOffers(ending([ann], enquiry));
  });
  await Promise.all(acts);

  const after = await store.agents.get(ann);
  expect(after?.load).toBe(Object.keys(after?.slots ?? {}).length);
});

test('holders are those with a slot or a ringing offer', async () => {
  const ids = [await anAgent('dee-1'), await anAgent('dee-2'), await anAgent('dee-3')];
  await store.agents.reserve(reserving('dee-1', 'e-held', { offer: null }));
  await store.agents.offerTo(['dee-2'], anOffer('e-held', true), now);

  expect(await store.agents.holdersOf('e-held')).toEqual(ids.slice(0, 2));
});

test('an ended lease takes him offline once and tells which offers rang', async () => {
  const ann = await anAgent('ann-lease');
  await store.agents.reserve(reserving(ann, 'e-1'));
  await store.agents.heartbeat(ann, 45_000, later(30_000));
  expect((await store.agents.endedLeases(later(60_000))).map((one) => one._id)).not.toContain(ann);

  const [first, second] = await Promise.all([1, 2].map(() => store.agents.endedLeases(later(75_000))));

  const both = [...(first ?? []), ...(second ?? [])].filter((one) => one._id === ann);
  expect(both).toHaveLength(1);
  expect(both[0]).toMatchObject({ presence: { word: 'offline', cause: 'lease-ended' }, offers: { 'e-1': {} } });
});

test('a heartbeat that comes late never shortens the lease', async () => {
  const ann = await anAgent('ann-late');
  await store.agents.heartbeat(ann, 45_000, later(30_000));
  const after = await store.agents.heartbeat(ann, 45_000, now);

  expect(after?.presence.leaseUntil).toEqual(later(75_000));
});

test.each<[PresenceWord, boolean]>([
  ['available', true],
  ['busy', false],
  ['away', false],
  ['offline', false],
  ['notResponding', false],
])('with the word %s he takes offers: %s', async (word, takes) => {
  const ann = await anAgent(`ann-${word}`);
  const agent = await store.agents.setPresence(ann, word, 'agent', now, 45_000);

  expect(agent && isAvailable(agent, now)).toBe(takes);
  expect((await store.agents.reserve(reserving(ann, 'e-1'))).outcome).toBe(takes ? 'reserved' : 'refused');
});

test('saving an agent again changes his name and capacity and nothing else', async () => {
  const ann = await anAgent('ann-saved');
  await store.agents.hold(ann, 'e-1', now);

  await store.agents.save({ id: ann, name: 'Ann Lee', capacity: 9 }, now);

  expect(await store.agents.get(ann)).toMatchObject({
    name: 'Ann Lee',
    capacity: 9,
    load: 1,
    presence: { word: 'available' },
  });
  expect((await store.agents.list()).map((one) => one._id)).toContain(ann);
});

test.each(['a.b', '$a', '', 'a b'])('an enquiry id that could name another field is refused: "%s"', async (odd) => {
  await expect(store.agents.reserve(reserving('ann', odd))).rejects.toThrow(TypeError);
  await expect(store.agents.endOffers(ending(['ann'], odd))).rejects.toThrow(TypeError);
});

test('a slot is given back as it was seen: not one that was taken again or renewed since', async () => {
  const ann = await anAgent('ann-seen');
  await store.agents.reserve(reserving(ann, 'e-seen'));
  expect(await store.agents.renew(ann, 'e-seen', 'e-seen:1', later(5))).toBe(true);
  expect(await store.agents.releaseTakenAt(ann, 'e-seen', now, later(6))).toBe(false);
  expect((await store.agents.get(ann))?.load).toBe(1);
  expect(await store.agents.releaseTakenAt(ann, 'e-seen', later(5), later(7))).toBe(true);
  expect(await store.agents.get(ann)).toMatchObject({ load: 0, slots: {} });
});
