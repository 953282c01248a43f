import type { Decision } from '../../store/decisions';
import { EffectDiffers } from '../../store/errors';
import { lineOf } from '../../store/lines';
import { freshStore, type FreshStore } from '../support/fresh-store';

let store: FreshStore;
const now = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

function aDecision(id: string, chosen: string): Decision {
  const candidates = [{ agent: chosen, chosen: true, reason: 'fewest: 2' }];
  const base = { _id: id, enquiry: 'e-1', kind: 'reserveAgent', at: now, digest: 'digest' };
  return { ...base, inputs: { 'odd.key': 1 }, chosen: [chosen], candidates, detail: {}, v: 1 };
}

test('of 20 decisions of one effect the first stands, and every repeat is given it', async () => {
  const decided = await Promise.all(times(20, (i) => store.decisions.once(aDecision('e-1:4', `agent-${i}`))));

  expect(decided.filter((one) => one.made)).toHaveLength(1);
  expect(new Set(decided.map((one) => one.decision.chosen?.[0])).size).toBe(1);
  expect(await store.decisions.get('e-1:4')).toMatchObject({ inputs: { 'odd.key': 1 } });
});

test('a decision for another effect under the same id is refused', async () => {
  await store.decisions.once(aDecision('e-1:5', 'ann'));

  await expect(store.decisions.once({ ...aDecision('e-1:5', 'ann'), digest: 'other' })).rejects.toThrow(EffectDiffers);
});

const aGroup = { title: 'Support', agents: ['ann', 'bob'], strategy: 'roundRobin', ringTimeoutMs: null };

test('50 decisions that ask at once are given the turns 1 to 50; one that asks again gets its own', async () => {
  await store.groups.save('turns', aGroup);

  const turns = await Promise.all(times(50, (i) => store.groups.nextTurn('turns', `e-${i}:1`)));
  const again = await Promise.all(times(50, (i) => store.groups.nextTurn('turns', `e-${i}:1`)));

  expect([...turns].sort((a, b) => Number(a) - Number(b))).toEqual(times(50, (i) => i + 1));
  expect(again).toEqual(turns);
  expect(await store.groups.nextTurn('no-such-group', 'e:1')).toBeNull();
});

test('a group changed here is seen here at once; its turns go on', async () => {
  await store.groups.save('changing', aGroup);
  await store.groups.nextTurn('changing', 'e:1');

  await store.groups.save('changing', { ...aGroup, agents: ['cid'] });

  expect(await store.groups.get('changing')).toMatchObject({ agents: ['cid'], turn: 1 });
  expect((await store.groups.ofAgent('cid')).map((one) => one._id)).toEqual(['changing']);
  expect(await store.groups.remove('changing')).toBe(true);
  expect(await store.groups.get('changing')).toBeNull();
});

const line = lineOf({ group: 'support' });
const entering = (id: string, seq: number, changes: object = {}) => ({
  _id: id,
  line,
  priority: 0,
  since: now,
  strategy: 'leastLoaded',
  asked: [],
  missedBy: [],
  ringTimeoutMs: 60_000,
  seq,
  v: 1,
  ...changes,
});

test('a line is served by priority, then by age', async () => {
  await store.lines.enter(entering('w-young', 1, { since: later(9) }));
  await store.lines.enter(entering('w-old', 1, { since: later(1) }));
  await store.lines.enter(entering('w-urgent', 1, { since: later(20), priority: 5 }));
  await store.lines.enter(entering('w-other', 1, { line: lineOf({ agent: 'ann' }) }));

  expect((await store.lines.waiting(line)).map((one) => one._id)).toEqual(['w-urgent', 'w-old', 'w-young']);
  expect(await store.lines.length(line)).toBe(3);
  expect(await store.lines.occupied()).toEqual([
    { line: 'agent:ann', since: now, length: 1 },
    { line: 'group:support', since: later(1), length: 3 },
  ]);
});

test('entering twice is entering once; a later ring enters again after an offer', async () => {
  expect(await store.lines.enter(entering('l-again', 3))).toBe(true);
  expect(await store.lines.enter(entering('l-again', 3))).toBe(false);
  await store.lines.moveToOffered({ enquiryId: 'l-again', seq: 3, agent: 'ann', decision: 'd', at: now });
  expect(await store.lines.enter(entering('l-again', 2))).toBe(false);
  expect(await store.lines.get('l-again')).toMatchObject({ state: 'offered' });

  expect(await store.lines.enter(entering('l-again', 7))).toBe(true);
  expect(await store.lines.get('l-again')).toMatchObject({ state: 'waiting', agent: null, decision: null });
});

test('of ten matchers one moves an entry to offered; its repeat is told yes, the others no', async () => {
  await store.lines.enter(entering('l-race', 1));
  const move = (i: number) => ({ enquiryId: 'l-race', seq: 1, agent: 'ann', decision: `d-${i}`, at: now });

  const moved = await Promise.all(times(10, (i) => store.lines.moveToOffered(move(i))));
  const again = await Promise.all(times(10, (i) => store.lines.moveToOffered(move(i))));

  expect(moved.filter(Boolean)).toHaveLength(1);
  expect(again).toEqual(moved);
  expect((await store.lines.offeredBefore(later(1))).map((one) => one._id)).toContain('l-race');
});

test('an offer that could not be taken goes back to waiting, an enquiry that left cannot be offered', async () => {
  await store.lines.enter(entering('l-back', 1));
  await store.lines.moveToOffered({ enquiryId: 'l-back', seq: 1, agent: 'ann', decision: 'd-1', at: now });

  expect(await store.lines.moveBack('l-back', 'd-other')).toBe(false);
  expect(await store.lines.moveBack('l-back', 'd-1')).toBe(true);
  expect([await store.lines.leave('l-back'), await store.lines.leave('l-back')]).toEqual([true, false]);
  const move = { enquiryId: 'l-back', seq: 1, agent: 'ann', decision: 'd-2', at: now };
  expect(await store.lines.moveToOffered(move)).toBe(false);
});

const asking = (id: string, changes: object = {}) => ({
  kind: 'sender' as const,
  key: 'c-1',
  limit: 10,
  windowMs: 60_000,
  id,
  now,
  ...changes,
});

test('of 60 mails that ask at once exactly ten are allowed, and a repeat is told the same', async () => {
  const asked = await Promise.all(times(60, (i) => store.caps.takeAllowance(asking(`o-${i}`))));
  const again = await Promise.all(times(60, (i) => store.caps.takeAllowance(asking(`o-${i}`))));

  expect(asked.filter((one) => one.allowed)).toHaveLength(10);
  expect(again.map((one) => one.allowed)).toEqual(asked.map((one) => one.allowed));
});

test('a mail that asks again while there is room is counted once', async () => {
  const ask = (id: string) => store.caps.takeAllowance(asking(id, { key: 'c-again', limit: 2 }));
  await Promise.all(times(5, () => ask('o-1')));

  expect([await ask('o-1'), await ask('o-2')]).toEqual([{ allowed: true }, { allowed: true }]);
  expect(await ask('o-3')).toMatchObject({ allowed: false });
});

test('the window slides: each allowance comes back when it is over, and the refusal says when', async () => {
  const key = 'c-slide';
  const ask = (id: string, at: number) => store.caps.takeAllowance(asking(id, { key, limit: 2, now: later(at) }));
  await ask('o-1', 0);
  await ask('o-2', 30_000);

  expect(await ask('o-3', 59_999)).toEqual({ allowed: false, until: later(60_000) });
  expect(await ask('o-3', 60_000)).toEqual({ allowed: true });
  expect(await ask('o-4', 60_001)).toEqual({ allowed: false, until: later(90_000) });
});

test('a changed limit counts what was allowed under the old one', async () => {
  const ask = (id: string, limit: number) => store.caps.takeAllowance(asking(id, { key: 'c-limit', limit }));
  for (const id of ['o-1', 'o-2', 'o-3']) await ask(id, 5);

  expect(await ask('o-4', 2)).toMatchObject({ allowed: false });
  expect(await ask('o-4', 3)).toMatchObject({ allowed: true });
  expect(await ask('o-5', 3)).toMatchObject({ allowed: false });
  expect(await ask('o-5', 0)).toMatchObject({ allowed: false });
});

test('caps of two keys do not meet', async () => {
  const ask = (key: string) => store.caps.takeAllowance(asking('o-1', { key, limit: 1 }));

  expect([await ask('c-a'), await ask('c-b')]).toEqual([{ allowed: true }, { allowed: true }]);
});

const binding = {
  channel: 'support',
  contact: 'c-9',
  agent: 'ann',
  expiresMs: 60_000,
  whenUnavailable: 'wait',
  enquiry: 'e-1',
};

test('a contact stays bound to the first of two agents until the engagement is over', async () => {
  const bound = await Promise.all(['ann', 'bob'].map((agent) => store.engagements.bind({ ...binding, agent, now })));
  expect(new Set(bound.map((one) => one.agent)).size).toBe(1);

  expect(await store.engagements.get('support', 'c-9', later(60_000))).toBeNull();
  const next = await store.engagements.bind({ ...binding, agent: 'cid', now: later(60_000) });
  expect(next).toMatchObject({ agent: 'cid', since: later(60_000) });
});

test('a message either way prolongs an engagement, an old one does not revive it', async () => {
  await store.engagements.bind({ ...binding, contact: 'c-10', now });

  expect(await store.engagements.touch('support', 'c-10', later(50_000))).toBe(true);
  expect(await store.engagements.get('support', 'c-10', later(100_000))).toMatchObject({ agent: 'ann' });
  expect(await store.engagements.touch('support', 'c-10', later(110_000))).toBe(false);
  expect((await store.engagements.ofAgent('ann')).map((one) => one.contact)).toContain('c-10');
  expect(await store.engagements.end('support', 'c-10')).toBe(true);
  expect(await store.engagements.get('support', 'c-10', later(1))).toBeNull();
});

test('many who ask for the same allowance at the same time are counted by one command', async () => {
  store.operations.reset();
  const asked = await Promise.all(
    times(40, (i) => store.caps.takeAllowance(asking(`o-${i}`, { key: 'c-40', limit: 40 }))),
  );

  expect(asked.every((one) => one.allowed)).toBe(true);
  expect(store.operations.figures().byCollection['caps']?.writes).toBeLessThan(5);
  expect(await store.caps.takeAllowance(asking('o-41', { key: 'c-40', limit: 40 }))).toMatchObject({ allowed: false });
});
