import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { enquiryWorkflowId } from '../../workflows/messages';
import { aFlow } from '../support/a-flow';
import { aUser } from '../support/a-user';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { startDeskOverTime, type DeskOverTime } from '../support/time-skipping';
import { act, aDraft, type Work } from '../support/work';

describe('an enquiry over time', () => {
  let desk: DeskOverTime;
  let work: Work;
  beforeAll(async () => {
    desk = await startDeskOverTime({ flow: flow as unknown as Flow, agents: ['ann', 'bob'], capacity: 1 });
    work = desk.work;
  });
  afterAll(() => desk?.stop());

  const ringingAt = (id: string, not: string[] = []) =>
    found(`a ring of ${id}`, async () => {
      const { state, status } = (await work.store.enquiries.get(id)) ?? {};
      const agent = status === 'ringing' && state?.rest?.kind === 'ring' ? state.rest.offer.agents[0] : undefined;
      return agent !== undefined && !not.includes(agent) ? agent : null;
    });
  const statusOf = async (id: string) => (await work.store.enquiries.get(id))?.status;

  test('a ring nobody answers for 60 s goes on to the next agent, then waits and rings again', async () => {
    const id = await anEnquiry(work);
    const first = await ringingAt(id);
    await desk.environment.sleep('61s');
    const second = await ringingAt(id, [first]);
    expect(second).not.toBe(first);
    expect((await work.store.agents.get(first))?.missesInRow).toBe(1);
    expect((await work.store.agents.get(first))?.load).toBe(0);
    await desk.environment.sleep('61s');
    await found('the pause', async () => ((await statusOf(id)) === 'missed' ? true : null));
    await desk.environment.sleep('15 minutes');
    const third = await ringingAt(id);
    expect(third).toBe(first);
    const offer = (await work.store.agents.get(third))?.offers[id]?.offer ?? '';
    expect(await act(work, id, 'accept', { agent: third, offer })).toEqual({ ok: true });
    expect(await act(work, id, 'close', { agent: third, notify: false })).toEqual({ ok: true });
    expect(await work.client.workflow.getHandle(enquiryWorkflowId(id)).result()).toMatchObject({ ending: 'resolved' });
  });

  test('an answered enquiry whose contact is silent for three days closes by itself, with the notice', async () => {
    const id = await anEnquiry(work, { from: 'silent@customers.test' });
    const agent = await ringingAt(id);
    const offer = (await work.store.agents.get(agent))?.offers[id]?.offer ?? '';
    await act(work, id, 'accept', { agent, offer });
    await act(work, id, 'reply', { agent, ...(await aDraft(work, id, agent, 'Please tell us more.')) });
    await desk.environment.sleep('3 days');
    await desk.environment.sleep('1 minute');
    const closed = await found('the close', async () => {
      const enquiry = await work.store.enquiries.get(id);
      return enquiry?.status === 'closed' ? enquiry : null;
    });
    expect(closed.ending).toBe('no-reply');
    expect(closed.mail.filter((each) => each.direction === 'out')).toHaveLength(3);
  });

  const serving = async (from: string) => {
    const id = await anEnquiry(work, { from });
    const agent = await ringingAt(id);
    const offer = (await work.store.agents.get(agent))?.offers[id]?.offer ?? '';
    await act(work, id, 'accept', { agent, offer });
    return { id, agent };
  };

  test('a snoozed enquiry returns after five days to its agent, although the flow would have waited three only', async () => {
    const { id, agent } = await serving('snoozed@customers.test');
    const until = (await desk.environment.currentTimeMs()) + 5 * 86_400_000;
    expect(await act(work, id, 'snooze', { agent, until })).toEqual({ ok: true });
    expect(await statusOf(id)).toBe('snoozed');
    expect((await work.store.agents.get(agent))?.slots[id]).toBeUndefined();
    await desk.environment.sleep('4 days');
    expect(await statusOf(id)).toBe('snoozed');
    await desk.environment.sleep('25 hours');
    await found('its return', async () => ((await statusOf(id)) === 'ongoing' ? true : null));
    expect((await work.store.agents.get(agent))?.slots[id]).toBeDefined();
    expect(await act(work, id, 'close', { agent, notify: false })).toEqual({ ok: true });
  });
});

describe('an enquiry in line', () => {
  let desk: DeskOverTime;
  let work: Work;
  beforeAll(async () => {
    desk = await startDeskOverTime({ flow: flow as unknown as Flow, agents: ['ann', 'bob'], capacity: 1 });
    work = desk.work;
  });
  afterAll(() => desk?.stop());

  const enquiryOf = (id: string) => work.store.enquiries.get(id);
  const ringingAt = (id: string) =>
    found(`a ring of ${id}`, async () => {
      const rest = (await enquiryOf(id))?.state?.rest;
      return rest?.kind === 'ring' ? (rest.offer.agents[0] ?? null) : null;
    });
  const statusOf = async (id: string) => (await enquiryOf(id))?.status;

  test('an enquiry that waits in line is offered when an agent becomes free, oldest first', async () => {
    const ids: string[] = [];
    for (const n of [1, 2, 3, 4]) {
      ids.push(await anEnquiry(work, { from: `line${n}@customers.test` }));
      await found(`enquiry ${n} to rest`, async () =>
        ['ringing', 'waiting'].includes((await statusOf(ids.at(-1) as string)) ?? '') &&
        (await work.store.enquiries.get(ids.at(-1) as string))?.seq
          ? true
          : null,
      );
    }
    const [one = '', two = '', three = '', four = ''] = ids;
    expect(await statusOf(three)).toBe('waiting');
    expect(await statusOf(four)).toBe('waiting');
    const agent = await ringingAt(one);
    const offer = (await work.store.agents.get(agent))?.offers[one]?.offer ?? '';
    await act(work, one, 'accept', { agent, offer });
    await act(work, one, 'close', { agent, notify: false });
    expect(await ringingAt(three)).toBe(agent);
    expect(await statusOf(four)).toBe('waiting');
    expect(await statusOf(two)).toBe('ringing');
  });
});

describe('agreed times of an enquiry', () => {
  let desk: DeskOverTime;
  let work: Work;
  beforeAll(async () => {
    const agreed = { ...aFlow({ id: 'agreed' }), sla: { firstResponse: '1h', resolution: '8h', warnBefore: '15m' } };
    desk = await startDeskOverTime({ flow: agreed, agents: ['ann'] });
    work = desk.work;
    await work.store.users.create(aUser('sam', { role: 'supervisor', groups: ['support'] }));
  });
  afterAll(() => desk?.stop());

  test('that pass are told to who looks after it, counted, and stop when it is answered and closed', async () => {
    const id = await anEnquiry(work);
    await found('a rest', async () => (await work.store.enquiries.get(id))?.state?.sla ?? null);
    const noticesOf = async () =>
      (await work.store.notices.of('sam', new Date())).notices.filter(({ sort }) => sort === 'sla');
    await desk.environment.sleep('46 minutes');
    const [warned] = await found('a warning', async () => ((await noticesOf()).length > 0 ? noticesOf() : null));
    expect(warned?.text).toMatch(/^Enquiry \d+: The agreed time for the first response is nearly over\.$/);
    await desk.environment.sleep('15 minutes');
    await found('a breach', async () => ((await noticesOf()).length > 1 ? true : null));
    expect(await act(work, id, 'take', { agent: 'ann' })).toEqual({ ok: true });
    await act(work, id, 'reply', { agent: 'ann', ...(await aDraft(work, id, 'ann', 'Sorry that it took so long.')) });
    const { sla } = (await work.store.enquiries.get(id))?.state ?? {};
    expect(sla).toMatchObject({ firstResponse: { state: 'breached' }, resolution: { state: 'paused' } });
    expect(sla?.firstResponse?.endedAt).not.toBeNull();
    await act(work, id, 'close', { agent: 'ann', notify: false });
    await work.store.figures.drain(new Date());
    const days = (await work.store.enquiries.story(id)).map(({ at }) => new Date(at).toISOString().slice(0, 10));
    const pages = await work.store.figures.pages([...new Set(days)]);
    const sums = (name: string) => pages.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0);
    const names = ['first-response-warned', 'first-response-breached', 'first-response-met', 'resolution-met'];
    expect(names.map((name) => sums(`sla-${name}-at-support`))).toEqual([1, 1, 0, 1]);
  });
});
