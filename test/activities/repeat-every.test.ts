import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities, type AllActivities } from '../../activities';
import type { EffectName, EffectOf } from '../../activities/effects';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { repeatsOfJoining } from './repeats-of-joining';
import { repeatsOfMail } from './repeats-of-mail';
import { factsOf, stateOf } from './stored-facts';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { startOtherSystem } from '../support/other-system';
import { aDesk, startWork, type Work } from '../support/work';

/** Activities of a burst; those that run for hours (senders, watchers, the clock) are asked again by their own tests. */
type OfABurst = EffectName | 'load' | 'record' | 'matchLine';
/** Does an activity, lets the world change, does it again, and looks at what there is now. */
type Twice = () => Promise<void>;

const UNTIL = Date.now() + 600_000;
const AGENTS = ['ann', 'bob', 'cid'];
const GROUP = { group: 'support' };

let work: Work;
let activities: AllActivities;
beforeAll(async () => {
  work = await startWork();
  await aDesk(work, { flow: flow as unknown as Flow, agents: AGENTS, capacity: 50, delivery: false });
  activities = createActivities(work.ports);
  // The runs themselves are not what is tested here.
  await work.stopWorker();
});
afterAll(() => work.stop().catch(() => undefined));
beforeEach(async () => {
  for (const each of AGENTS) await says(each, 'available');
});

let seq = 1_000;
let contacts = 0;
const says = (agent: string, word: 'available' | 'away' | 'busy') =>
  work.store.agents.setPresence(agent, word, 'agent', new Date(), 3_600_000);
const agent = async (id: string) => {
  const found = await work.store.agents.get(id);
  if (!found) throw new Error(`no agent ${id}`);
  return found;
};
const opened = () => anEnquiry(work, { from: `repeat${(contacts += 1)}@customers.test` });
const contactOf = async (id: string) => (await work.store.enquiries.get(id))?.contact ?? '';
/** Does the activity of an effect; the same `number` is the same effect. */
async function perform(enquiryId: string, effect: { do: EffectName } & Record<string, unknown>, number: number) {
  const whole = { seq: number, node: 'a-node', ...effect };
  const call = { enquiryId, channelId: 'support', number: 1, contact: await contactOf(enquiryId), effect: whole };
  // Effect and activity bear one name; TypeScript cannot follow the key of a union.
  const doIt = activities[effect.do] as unknown as (given: typeof call) => Promise<Record<string, unknown>>;
  return doIt(call);
}
const offer = (id: string, number: number) => ({
  target: GROUP,
  asked: [],
  missedBy: [],
  offer: `${id}.${number}`,
  until: UNTIL,
});
const line = { do: 'enterLine', target: GROUP, strategy: 'leastLoaded', asked: [], priority: 0 } as const;
const enter = (id: string, number: number) =>
  perform(id, { ...line, since: Date.now(), ringTimeoutMs: 60_000 }, number);

const every: Record<OfABurst, Twice> = {
  async load() {
    const id = await opened();
    const before = await work.store.enquiries.get(id);
    await activities.load({ enquiryId: id, startedBy: `m-${id}` });
    const late = await aReplyTo(work, id);
    const second = await activities.load({ enquiryId: id, startedBy: `m-${id}` });
    expect(second.mails.map((mail) => mail.id)).toEqual([late]);
    expect((await work.store.enquiries.get(id))?.seq).toBe(before?.seq);
  },
  async record() {
    const id = await opened();
    const state = { ...(await stateOf(work, id)), seq: 5 };
    const call = {
      enquiryId: id,
      run: { workflowId: `enquiry/${id}`, runId: 'r' },
      base: 0,
      carried: { state, acts: [], seen: [`m-${id}`] },
      trace: [{ seq: 4, at: 1, node: 'n', kind: 'wait', what: 'Waits.' }],
      awaited: 'Waits.',
      until: null,
      result: null,
    };
    expect(await activities.record(call)).toEqual({ ahead: null });
    await aReplyTo(work, id);
    expect(await activities.record(call)).toEqual({ ahead: null });
    expect((await work.store.enquiries.get(id))?.timeline).toHaveLength(1);
    // Another burst from the same beginning, with other events: what stands, stands.
    const other = { ...call, carried: { ...call.carried, state: { ...state, seq: 9, messages: 2 } } };
    expect(await activities.record(other)).toMatchObject({ ahead: { state: { seq: 5, messages: 1 } } });
    expect((await work.store.enquiries.get(id))?.timeline).toHaveLength(1);
  },
  async checkBlocklist() {
    const id = await opened();
    const ask = () => perform(id, { do: 'checkBlocklist', lists: ['vip'], messageId: `m-${id}` }, 1);
    expect(await ask()).toEqual({ blocked: false });
    const sender = (await work.store.messages.get(`m-${id}`))?.from?.address ?? '';
    await work.store.blocklist.add([{ list: 'vip', sender, reason: 'x', by: 'ada', at: new Date() }]);
    expect(await ask()).toEqual({ blocked: true, entry: 'vip' });
  },
  async evaluateConditions() {
    const id = await opened();
    const expressions = [{ var: 'engagement.bound' }];
    const effect = { do: 'evaluateConditions', expressions, mode: 'first', facts: await factsOf(work, id) } as const;
    expect(await perform(id, effect, 1)).toEqual({ index: -1, read: { 'engagement.bound': false } });
    await bind(id, 'ann');
    expect(await perform(id, effect, 1)).toEqual({ index: 0, read: { 'engagement.bound': true } });
  },
  async callWebhook() {
    const crm = await startOtherSystem();
    const connection = { title: 'CRM', baseUrl: crm.url, methods: ['POST' as const], auth: { kind: 'none' as const } };
    const rest = { secretSince: null, allowInternal: true, timeoutMs: 30_000, ca: null, v: 1 };
    await work.store.connections.create({ _id: 'crm', ...connection, ...rest });
    const id = await opened();
    const effect: EffectOf<'callWebhook'> = {
      do: 'callWebhook',
      seq: 1,
      node: 'look-up',
      connection: 'crm',
      request: { method: 'POST', path: '/seen', body: { email: '{{ contact.email }}' } },
      visit: 2,
      timeoutMs: 30_000,
      retry: { maxAttempts: 1, intervalMs: 1, backoffRate: 1 },
      save: {},
      facts: await factsOf(work, id),
    };
    const call = { enquiryId: id, channelId: 'support', number: 1, contact: await contactOf(id), effect };
    const ask = () => new MockActivityEnvironment().run(activities.callWebhook, call);
    expect([await ask(), await ask()]).toEqual([{ saved: {} }, { saved: {} }]);
    const later = { ...call, effect: { ...effect, reopened: 1 } };
    await new MockActivityEnvironment().run(activities.callWebhook, later);
    await crm.stop();
    // The other system can tell that it is the same, and that what is asked after a reopening is not.
    const [first, again, anew] = crm.heard.map(({ headers }) => headers['idempotency-key']);
    expect([first, again, anew]).toEqual([`${id}/look-up/2`, `${id}/look-up/2`, `${id}/look-up/1-2`]);
    expect(crm.heard[0]?.body).toContain('@customers.test');
  },
  async lookAtCalendars() {
    const id = await opened();
    const office = { title: 'Office', timezone: 'UTC', hours: 'daily 00:00-24:00', holidays: [] };
    await work.store.calendars.save('office', office);
    const look = () => perform(id, { do: 'lookAtCalendars', calendars: ['office'] }, 3);
    expect(await look()).toEqual({ calendars: { office: { open: true } } });
    const today = new Date().toISOString().slice(0, 10);
    await work.store.calendars.save('office', { ...office, holidays: [{ date: today, name: 'Fair' }] });
    // It is read afresh; nothing is written by it.
    expect(await look()).toEqual({ calendars: { office: { open: false, holiday: 'Fair' } } });
    await work.store.calendars.remove('office');
    await expect(look()).rejects.toMatchObject({ type: 'CalendarUnknown' });
  },
  async findEngaged() {
    const id = await opened();
    await bind(id, 'ann');
    expect(await perform(id, { do: 'findEngaged' }, 2)).toMatchObject({ engaged: 'ann', gone: false, waits: false });
    await says('ann', 'away');
    expect(await perform(id, { do: 'findEngaged' }, 2)).toMatchObject({ engaged: 'ann', gone: true });
    expect(await engagementOf(id)).toMatchObject({ agent: 'ann', enquiry: id });
  },
  async bindEngagement() {
    const id = await opened();
    await bind(id, 'ann');
    const first = await engagementOf(id);
    const later = await anEnquiry(work, { from: `repeat${contacts}@customers.test` });
    await bind(later, 'bob');
    await bind(id, 'ann');
    const { agent: who, enquiry, since, group } = (await engagementOf(id)) ?? {};
    expect({ who, enquiry, since, group }).toEqual({ who: 'ann', enquiry: id, since: first?.since, group: 'support' });
  },
  async keepNote() {
    const id = await opened();
    const note = { do: 'keepNote', note: `n-${id}`, agent: null, text: 'Nobody answered.' } as const;
    await perform(id, note, 1);
    await aReplyTo(work, id);
    await perform(id, note, 1);
    const mail = (await work.store.enquiries.get(id))?.mail.filter((each) => each.direction === 'note');
    expect(mail).toHaveLength(1);
  },
  async reserveAgent() {
    const id = await opened();
    const number = (seq += 1);
    const effect = { do: 'reserveAgent', strategy: 'as-group', ...offer(id, number), groupTime: true } as const;
    const group = { title: 'Support', agents: AGENTS, strategy: 'leastLoaded', ringTimeoutMs: 30_000 };
    await work.store.groups.save('support', group);
    const first = await perform(id, effect, number);
    const who = String(first['reserved']);
    expect(Number(first['until'])).toBeLessThan(UNTIL);
    // He leaves, and the group rings at all from now on, for another time.
    await says(who, 'away');
    await work.store.groups.save('support', { ...group, strategy: 'ringAll', ringTimeoutMs: 90_000 });
    expect(await perform(id, effect, number)).toEqual(first);
    expect(await work.store.agents.holdersOf(id)).toEqual([who]);
    await work.store.groups.save('support', { ...group, ringTimeoutMs: null });
    await perform(id, { do: 'releaseSlot', agent: who }, number + 1);
  },
  async offerToAll() {
    const id = await opened();
    const number = (seq += 1);
    const effect = { do: 'offerToAll', ...offer(id, number) } as const;
    await says('cid', 'away');
    const first = await perform(id, effect, number);
    await says('cid', 'available');
    await says('ann', 'away');
    expect(await perform(id, effect, number)).toEqual(first);
    expect((await work.store.agents.holdersOf(id)).toSorted()).toEqual(['ann', 'bob']);
  },
  async reserveFor() {
    const id = await opened();
    const before = (await agent('ann')).load;
    const effect = { do: 'reserveFor', agent: 'ann', force: false } as const;
    const first = await perform(id, effect, 1);
    await work.store.agents.save({ id: 'ann', name: 'Ann', capacity: before + 1 }, new Date());
    expect(await perform(id, effect, 1)).toEqual(first);
    expect((await agent('ann')).load).toBe(before + 1);
    await work.store.agents.save({ id: 'ann', name: 'Ann', capacity: 50 }, new Date());
  },
  async endOffer() {
    const id = await opened();
    const number = (seq += 1);
    const { reserved } = await perform(
      id,
      { do: 'reserveAgent', strategy: 'leastLoaded', ...offer(id, number) },
      number,
    );
    const who = String(reserved);
    const { load, missesInRow } = await agent(who);
    const end = { do: 'endOffer', offer: `${id}.${number}`, agents: [who], how: 'missed', winner: null } as const;
    await perform(id, end, number + 1);
    // Meanwhile it rings at him anew, by a later effect: that is not the offer that ended.
    const next = { ...offer(id, number + 2), target: { agent: who } };
    await perform(id, { do: 'reserveAgent', strategy: 'leastLoaded', ...next }, number + 2);
    await perform(id, end, number + 1);
    expect(await agent(who)).toMatchObject({ load, missesInRow: missesInRow + 1 });
    expect(await work.store.agents.holdersOf(id)).toEqual([who]);
    await perform(id, { do: 'releaseSlot', agent: who }, number + 3);
  },
  async enterLine() {
    const id = await opened();
    const number = (seq += 1);
    await enter(id, number);
    await activities.matchLine({ kind: 'group', id: 'support' });
    const [who] = await work.store.agents.holdersOf(id);
    await says(who ?? '', 'away');
    await enter(id, number);
    await activities.matchLine({ kind: 'group', id: 'support' });
    expect(await work.store.agents.holdersOf(id)).toEqual([who]);
    expect(await work.store.lines.get(id)).toBeNull();
    await perform(id, { do: 'releaseSlot', agent: who ?? '' }, number + 1);
  },
  async leaveLine() {
    const [id, other] = [await opened(), await opened()];
    await enter(id, (seq += 1));
    await perform(id, { do: 'leaveLine', target: GROUP }, seq + 1);
    await enter(other, seq);
    await perform(id, { do: 'leaveLine', target: GROUP }, seq + 1);
    expect([await work.store.lines.get(id), (await work.store.lines.get(other))?.state]).toEqual([null, 'waiting']);
    await perform(other, { do: 'leaveLine', target: GROUP }, seq + 2);
  },
  async releaseSlot() {
    const [id, other] = [await opened(), await opened()];
    const before = (await agent('ann')).load;
    await perform(id, { do: 'holdSlot', agent: 'ann' }, 1);
    await perform(id, { do: 'releaseSlot', agent: 'ann' }, 2);
    await perform(other, { do: 'holdSlot', agent: 'ann' }, 1);
    await perform(id, { do: 'releaseSlot', agent: 'ann' }, 2);
    expect((await agent('ann')).load).toBe(before + 1);
    await perform(other, { do: 'releaseSlot', agent: 'ann' }, 2);
  },
  async holdSlot() {
    const id = await opened();
    await bind(id, 'ann');
    const before = (await agent('ann')).load;
    const effect = { do: 'holdSlot', agent: 'ann', bound: true } as const;
    expect(await perform(id, effect, 1)).toEqual({ holder: 'free', forwardTo: 'support' });
    await says('ann', 'busy');
    expect(await perform(id, effect, 1)).toEqual({ holder: 'occupied', forwardTo: 'support' });
    expect((await agent('ann')).load).toBe(before + 1);
    const there = { do: 'holdSlot', agent: 'ann', there: true } as const;
    expect(await perform(id, there, 2)).toEqual({ holder: 'occupied', forwardTo: null });
    await says('ann', 'away');
    expect(await perform(id, there, 2)).toEqual({ holder: 'gone', forwardTo: null });
    expect((await agent('ann')).load).toBe(before + 1);
    await perform(id, { do: 'releaseSlot', agent: 'ann' }, 2);
  },
  async matchLine() {
    const [first, second] = [await opened(), await opened()];
    for (const each of [first, second]) await enter(each, (seq += 1));
    await activities.matchLine({ kind: 'group', id: 'support' });
    const holders = async () => [await work.store.agents.holdersOf(first), await work.store.agents.holdersOf(second)];
    const before = await holders();
    await says(before[0]?.[0] ?? '', 'away');
    await activities.matchLine({ kind: 'group', id: 'support' });
    expect(before.map((each) => each.length)).toEqual([1, 1]);
    expect(await holders()).toEqual(before);
    for (const [index, each] of [first, second].entries())
      await perform(each, { do: 'releaseSlot', agent: before[index]?.[0] ?? '' }, seq + 5);
  },
  ...repeatsOfJoining({ desk: () => work, opened, perform }),
  ...repeatsOfMail({ desk: () => work, opened, perform, group: GROUP }),
};

async function bind(id: string, who: string) {
  const effect = { do: 'bindEngagement', agent: who, expiresMs: 3_600_000, group: 'support' } as const;
  return perform(id, { ...effect, whenUnavailable: 'forward-to-group' }, 1);
}
const engagementOf = async (id: string) => work.store.engagements.get('support', await contactOf(id), new Date());

test.each(Object.entries(every))(
  '%s that runs twice, with the world changed in between, does its work once and answers to what stands',
  async (_name, twice) => {
    await twice();
  },
);
