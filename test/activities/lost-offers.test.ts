import { createActivities, type AllActivities } from '../../activities';
import type { Ports } from '../../activities/ports';
import { tellLostOffers } from '../../activities/upkeep/lost-offers';
import { blankState } from '../../flows/engine/blank-state';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { aMessage } from '../flows/play';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';

/** A matcher died between two of its writes, and its enquiry left the line before the next looked at it. */
describe('an offer of the line that a crash left at an agent', () => {
  let work: Work;
  let activities: AllActivities;
  let ports: Ports;
  const told: { enquiry: string; offer: string; agent: string }[] = [];
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann', 'bob'], capacity: 1, delivery: false });
    // The runs themselves are not what is tested here; what they are told is.
    await work.stopWorker();
    const matched: Ports['workflows']['matched'] = async (enquiry, { offer, agent }) => {
      told.push({ enquiry, offer, agent });
    };
    const wakeLine: Ports['workflows']['wakeLine'] = () => Promise.resolve();
    ports = { ...work.ports, workflows: { ...work.ports.workflows, matched, wakeLine } };
    activities = createActivities(ports);
  });
  afterAll(() => work.stop().catch(() => undefined));
  beforeEach(() => {
    told.length = 0;
  });

  let seq = 100;
  const common = (enquiryId: string) => ({ enquiryId, channelId: 'support', number: 1, contact: null });
  const target = { group: 'support' };

  /** One waits, ann was reserved for it, and then the matcher died. */
  async function leftReserved(from: string): Promise<{ id: string; offer: string }> {
    const id = await anEnquiry(work, { from });
    const place = (seq += 1);
    const since = Date.now();
    const enter = { do: 'enterLine' as const, node: 'ring', target, strategy: 'leastLoaded', asked: [], priority: 0 };
    await activities.enterLine({ ...common(id), effect: { ...enter, ringTimeoutMs: 60_000, seq: place, since } });
    const offer = `${id}.${place}l`;
    await work.store.agents.reserve({
      agent: 'ann',
      enquiryId: id,
      decision: `${id}:${place}:line`,
      offer: {
        offer,
        enquiry: id,
        number: 1,
        channel: 'support',
        since: new Date(since),
        until: new Date(since + 60_000),
        broadcast: false,
      },
      now: new Date(),
    });
    return { id, offer };
  }
  const leave = (id: string) =>
    activities.leaveLine({ ...common(id), effect: { do: 'leaveLine', target, seq, node: null } });
  const later = () => ({ ...ports, now: () => new Date(Date.now() + ports.settings.stuckLineMs + 1) });
  const ann = () => work.store.agents.get('ann');

  test('is told to its run, which left the line, and no slot leaks', async () => {
    const { id, offer } = await leftReserved('left@customers.test');
    await leave(id);

    await activities.matchLine({ kind: 'group', id: 'support' });
    await tellLostOffers(ports);
    expect(told).toEqual([]);
    expect(await tellLostOffers(later())).toBe(1);

    expect(told).toEqual([{ enquiry: id, offer, agent: 'ann' }]);
    // As a run answers what comes too late.
    const end = {
      do: 'endOffer' as const,
      node: null,
      offer,
      agents: ['ann'],
      how: 'rescinded' as const,
      winner: null,
    };
    await activities.endOffer({ ...common(id), effect: { ...end, seq: (seq += 1) } });
    expect(await ann()).toMatchObject({ load: 0, slots: {}, offers: {} });
    expect(await tellLostOffers(later())).toBe(0);
  });

  test('is taken back where its enquiry has closed', async () => {
    const { id } = await leftReserved('closed@customers.test');
    await leave(id);
    const start = { type: 'start', at: Date.now(), enquiryId: id, channelId: 'support', message: aMessage() } as const;
    const blank = blankState(flow as unknown as Flow, start);
    const state = { ...blank, seq: 5000, status: 'closed' as const, closedAt: Date.now() };
    const memory = { acts: [], seen: [] };
    await work.store.enquiries.record({
      id,
      seq: 5000,
      state,
      memory,
      rest: null,
      timeline: [],
      run: null,
      now: new Date(),
    });

    expect(await tellLostOffers(later())).toBe(1);

    expect(told).toEqual([]);
    expect(await ann()).toMatchObject({ load: 0, slots: {}, offers: {} });
  });

  test('is left alone while its place in the line stands, or while it rings', async () => {
    const { id } = await leftReserved('waits@customers.test');
    expect(await tellLostOffers(later())).toBe(0);
    expect(await activities.matchLine({ kind: 'group', id: 'support' })).toEqual({ moved: 1 });
    expect(told).toMatchObject([{ enquiry: id, agent: 'ann' }]);
    await work.store.agents.release('ann', id, new Date());
  });

  test('the slot of who takes the enquiry himself meanwhile stays his', async () => {
    const { store } = work;
    const id = await anEnquiry(work, { from: 'taken@customers.test' });
    const place = (seq += 1);
    const enter = { do: 'enterLine' as const, node: 'ring', target, strategy: 'leastLoaded', asked: [], priority: 0 };
    await activities.enterLine({
      ...common(id),
      effect: { ...enter, ringTimeoutMs: 60_000, seq: place, since: Date.now() },
    });
    const take = { do: 'reserveFor' as const, agent: 'ann', force: false, node: null };
    // He takes it between the reservation and the move of its place.
    const moveToOffered: typeof store.lines.moveToOffered = async (move) => {
      await activities.reserveFor({ ...common(id), effect: { ...take, seq: (seq += 1) } });
      await leave(id);
      return store.lines.moveToOffered(move);
    };
    const racing = createActivities({ ...ports, store: { ...store, lines: { ...store.lines, moveToOffered } } });

    await racing.matchLine({ kind: 'group', id: 'support' });

    expect(told).toEqual([]);
    expect(await ann()).toMatchObject({ load: 1, slots: { [id]: { decision: `${id}:${seq}` } }, offers: {} });
    await store.agents.release('ann', id, new Date());
  });

  test('decisions name the flow and its revision, of a ring, a broadcast and a line alike', async () => {
    const { store } = work;
    const revision = { id: 'support-desk', revision: 7 };
    const id = await anEnquiry(work, { from: 'named@customers.test' });
    const call = { ...common(id), flow: revision };
    const offer = (name: string) => ({
      node: 'ring',
      target,
      asked: [],
      missedBy: [],
      offer: name,
      until: Date.now() + 60_000,
    });
    const [all, direct, place] = [(seq += 1), (seq += 1), (seq += 1)];
    await activities.offerToAll({ ...call, effect: { do: 'offerToAll', ...offer(`${id}.${all}`), seq: all } });
    const broadcast = await store.decisions.get(`${id}:${all}`);
    expect(broadcast).toMatchObject({ flow: revision, inputs: { tieBreak: 'who accepts first' } });
    const ring = { do: 'reserveAgent' as const, strategy: 'leastLoaded', ...offer(`${id}.${direct}`), seq: direct };
    await activities.reserveAgent({ ...call, effect: ring });
    expect(await store.decisions.get(`${id}:${direct}`)).toMatchObject({ flow: revision });
    for (const agent of ['ann', 'bob']) await store.agents.release(agent, id, new Date());
    const enter = { do: 'enterLine' as const, node: 'ring', target, strategy: 'leastLoaded', asked: [], priority: 0 };
    await activities.enterLine({ ...call, effect: { ...enter, ringTimeoutMs: 60_000, seq: place, since: Date.now() } });
    await activities.matchLine({ kind: 'group', id: 'support' });
    expect(await store.decisions.get(`${id}:${place}:line`)).toMatchObject({ flow: revision, chosen: ['ann'] });
    await store.agents.release('ann', id, new Date());
  });
});
