import { freshStore, type FreshStore } from '../support/fresh-store';
import { later, now } from './enquiry-documents';

let store: FreshStore;

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

async function anAgent(id: string, capacity = 2): Promise<string> {
  await store.agents.save({ id, name: `Agent ${id}`, capacity }, now);
  await store.agents.setPresence(id, 'available', 'agent', now, 3_600_000);
  return id;
}
const reserve = (agent: string, enquiryId: string, at = now) =>
  store.agents.reserve({ agent, enquiryId, decision: `${enquiryId}:1`, offer: null, now: at });

test('every change of presence stands in the history once, with its cause, and the same word again is none', async () => {
  const ann = await anAgent('ann');
  await store.agents.setPresence(ann, 'available', 'agent', later(1000), 3_600_000);
  await store.agents.setPresence(ann, 'busy', 'sue', later(2000));
  await store.agents.setSuspended(ann, true, 'sue', later(3000));
  for (const again of [1, 2]) {
    for (const { _id, presenceChanges = [] } of await store.agents.changesToTell()) {
      await store.presenceHistory.keep(_id, presenceChanges);
      if (again === 2) await store.agents.changesTold(_id, presenceChanges);
    }
  }

  const history = await store.presenceHistory.between(ann, now, later(10_000));
  expect(history.map(({ word, cause }) => [word, cause])).toEqual([
    ['suspended', 'sue'],
    ['busy', 'sue'],
    ['available', 'agent'],
  ]);
  expect(await store.agents.changesToTell()).toEqual([]);
  expect(await store.presenceHistory.between(ann, later(2500), later(10_000))).toHaveLength(1);
});

test('a change that comes while the others are put away stays to be told', async () => {
  const bob = await anAgent('bob');
  const [before] = await store.agents.changesToTell();
  await store.agents.setPresence(bob, 'away', 'agent', later(1));
  await store.agents.changesTold(bob, before?.presenceChanges ?? []);
  expect((await store.agents.get(bob))?.presenceChanges).toMatchObject([{ word: 'away' }]);
});

test('who touches nothing is away once, and heartbeats alone do not keep him available', async () => {
  const cid = await anAgent('cid');
  await store.agents.heartbeat(cid, 3_600_000, later(60_000), false);
  expect(await store.agents.idleSince(later(3_599_999), later(60_000))).toEqual([]);
  expect(await store.agents.idleSince(later(3_600_000), later(600_000))).toMatchObject([
    { _id: cid, presence: { word: 'away', cause: 'idle' } },
  ]);
  expect(await store.agents.idleSince(later(3_600_000), later(600_000))).toEqual([]);
  await store.agents.heartbeat(cid, 3_600_000, later(610_000), true);
  expect((await store.agents.get(cid))?.presence.word).toBe('away');
  await store.agents.setPresence(cid, 'offline', 'agent', later(620_000));
});

test('a planned absence counts from its beginning to its end, and is begun and ended once', async () => {
  const dot = await anAgent('dot');
  const absence = { id: 'a-1', from: later(1000), to: later(5000), cover: { agent: 'ann' }, note: '', by: dot };
  await store.agents.planAbsence(dot, { ...absence, begun: false });

  expect((await reserve(dot, 'e-1', later(0))).outcome).toBe('reserved');
  expect(await reserve(dot, 'e-2', later(1000))).toEqual({ outcome: 'refused', reason: 'unavailable' });
  expect(await store.agents.begunAbsences(later(500))).toEqual([]);
  expect(await store.agents.begunAbsences(later(1500))).toMatchObject([
    { agent: { _id: dot }, absence: { id: 'a-1' } },
  ]);
  expect(await store.agents.begunAbsences(later(1600))).toEqual([]);
  expect(await store.agents.endedAbsences(later(4999))).toEqual([]);
  expect((await reserve(dot, 'e-2', later(5000))).outcome).toBe('reserved');
  expect(await store.agents.endedAbsences(later(5000))).toMatchObject([{ _id: dot, absences: [] }]);
  expect(await store.agents.dropAbsence(dot, 'a-1')).toBe(false);
});

describe('a wrap-up', () => {
  const load = async (agent: string): Promise<number | undefined> => (await store.agents.get(agent))?.load;

  test('holds the place of its enquiry, ends by its time, and gives it back once', async () => {
    const eve = await anAgent('eve', 1);
    await reserve(eve, 'w-1');
    await store.agents.beginWrapUp(eve, 'w-1', later(1000));
    await store.agents.beginWrapUp(eve, 'w-1', later(9000));
    expect(await store.agents.get(eve)).toMatchObject({
      load: 1,
      slots: {},
      wrapUps: { 'w-1': { until: later(1000) } },
    });
    expect(await reserve(eve, 'w-2')).toEqual({ outcome: 'refused', reason: 'full' });
    expect(await store.agents.overdueWrapUps(later(999))).toEqual([]);
    expect(await store.agents.overdueWrapUps(later(1000))).toEqual([{ agent: eve, enquiry: 'w-1' }]);
    expect(await store.agents.endWrapUp(eve, 'w-1')).toBe(true);
    expect(await store.agents.endWrapUp(eve, 'w-1')).toBe(false);
    expect(await load(eve)).toBe(0);
  });

  test('takes a place though the slot had gone, and none twice when the same enquiry comes and goes again', async () => {
    const fay = await anAgent('fay', 3);
    await store.agents.beginWrapUp(fay, 'w-3', later(1000));
    expect(await load(fay)).toBe(1);
    await reserve(fay, 'w-3');
    expect(await load(fay)).toBe(2);
    await store.agents.beginWrapUp(fay, 'w-3', later(2000));
    expect(await store.agents.get(fay)).toMatchObject({
      load: 1,
      slots: {},
      wrapUps: { 'w-3': { until: later(2000) } },
    });
  });
});

test('who misses too many is not responding, and a repeat tells so again, so that nobody fails to hear of it', async () => {
  const gus = await anAgent('gus');
  const end = { agents: [gus], enquiryId: 'm-1', offerId: 'm-1.1', how: 'missed', winner: null } as const;
  const offer = { offer: 'm-1.1', enquiry: 'm-1', number: 1, channel: 'c', since: now, until: now, broadcast: false };
  await store.agents.reserve({ agent: gus, enquiryId: 'm-1', decision: 'd', offer, now });
  const missed = { ...end, agents: [gus], now: later(1000), missesAllowed: 1 };

  expect(await store.agents.endOffers(missed)).toMatchObject([{ agent: gus, freed: true, notResponding: true }]);
  expect(await store.agents.endOffers(missed)).toMatchObject([{ agent: gus, freed: false, notResponding: true }]);
  expect(await store.agents.endOffers({ ...missed, offerId: 'other' })).toEqual([]);
  expect((await store.agents.get(gus))?.presence).toMatchObject({ word: 'notResponding', cause: 'missed' });
});
