import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { revisionFor } from '../../flows';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { act } from '../support/work';
import { startDesk, type Ask, type Desk } from './desk';

const example = readFileSync(join(__dirname, '../../flows/examples/support-desk.json'), 'utf8');

describe('the live alias of a channel', () => {
  let desk: Desk;
  let ada: Ask;
  let sue: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ada, sue] = [await desk.as('ada'), await desk.as('sue')];
    for (const seconds of [61, 62]) await published(example.replace('"60s"', `"${seconds}s"`));
  });
  afterAll(() => desk.stop());
  beforeEach(async () => void (await ada('PUT', '/v1/channels/support/live', { body: { revision: 1 } })));

  async function published(text: string): Promise<number> {
    const saved = await ada('PUT', '/v1/flows/support-desk/draft', { body: { text } });
    const body = { expectedSha256: saved.body.flow.draft.sha256, message: 'for a test' };
    return (await ada('POST', '/v1/flows/support-desk/publish', { body })).body.revision;
  }
  const live = async () => (await ada('GET', '/v1/channels/support/live')).body;

  test('RE3.3 it moves to another revision and back; enquiries stay on theirs, and it is said how many', async () => {
    const id = await anEnquiry(desk.work, { subject: 'Invoice', text: 'Hello' });
    await found('it rings', async () =>
      (await desk.work.store.enquiries.get(id))?.status === 'ringing' ? true : null,
    );
    const moved = await ada('PUT', '/v1/channels/support/live', { body: { revision: 2 } });
    expect(moved.body.live).toMatchObject({ revision: 2, previous: 1, canary: null });
    expect(moved.body.left).toMatchObject({ revision: 1, open: 1 });
    expect(moved.body.left.choices).toHaveLength(3);
    expect((await desk.work.store.enquiries.get(id))?.flow.revision).toBe(1);
    expect((await live()).running).toEqual([{ revision: 1, open: 1 }]);
    expect((await sue('GET', '/v1/flows/support-desk/running')).body.items).toEqual([{ revision: 1, open: 1 }]);
    const listed = await sue('GET', '/v1/flows/support-desk/revisions/1/enquiries');
    expect(listed.body.items.map((each: { id: string }) => each.id)).toEqual([id]);
    expect((await ada('GET', '/v1/flows/support-desk/revisions/2/enquiries')).body.items).toEqual([]);
    const back = await ada('PUT', '/v1/channels/support/live', { body: { revision: 1 } });
    expect(back.body).toMatchObject({
      live: { revision: 1, previous: 2 },
      left: { revision: 2, open: 0, choices: [] },
    });
    const [entry] = (await ada('GET', '/v1/audit?what=channel.live&about=support')).body.items;
    expect(entry).toMatchObject({ who: 'ada', before: { revision: 2 }, after: { revision: 1 } });
  });

  test('a canary takes its share, is widened, promoted and aborted', async () => {
    const set = (revision: number, percent: number) =>
      ada('PUT', '/v1/channels/support/canary', { body: { revision, percent } });
    expect((await set(2, 10)).body.canary).toMatchObject({ revision: 2, percent: 10 });
    expect((await set(2, 30)).body.canary).toMatchObject({ revision: 2, percent: 30 });
    const { flow } = (await desk.work.store.channels.get('support')) ?? {};
    if (!flow) throw new Error('The channel runs nothing.');
    const share = Array.from({ length: 1000 }, (_, each) => revisionFor(flow, `e-${each}`)).filter((one) => one === 2);
    expect(share.length).toBeGreaterThan(200);
    // What is sent beside it leaves it alone.
    await ada('PATCH', '/v1/channels/support', {
      body: { flow: { id: 'support-desk', revision: 1 }, footer: 'Yours' },
    });
    expect((await live()).canary).toMatchObject({ percent: 30 });
    const aborted = await ada('DELETE', '/v1/channels/support/canary');
    expect(aborted.body).toMatchObject({ live: { revision: 1, canary: null }, left: { revision: 2, open: 0 } });
    await set(3, 50);
    const promoted = await ada('POST', '/v1/channels/support/canary/promote');
    expect(promoted.body).toMatchObject({ live: { revision: 3, previous: 1, canary: null }, left: { revision: 1 } });
    for (const [method, path] of [
      ['POST', 'canary/promote'],
      ['DELETE', 'canary'],
    ] as const) {
      const none = await ada(method, `/v1/channels/support/${path}`);
      expect(none.body).toMatchObject({ code: 'wrong-state', state: 'no-canary' });
    }
    expect((await set(3, 10)).body).toMatchObject({ code: 'wrong-state', state: 'live' });
    expect(
      (await ada('PATCH', '/v1/channels/support', { body: { flow: { id: 'support-desk', revision: 2 } } })).status,
    ).toBe(200);
    expect(await live()).toMatchObject({ revision: 2, previous: 3, canary: null });
  });

  test.each([
    ['PUT', 'live', { revision: 99 }, 'not-found'],
    ['PUT', 'canary', { revision: 99, percent: 10 }, 'not-found'],
    ['PUT', 'shadow', { revision: 99 }, 'not-found'],
    ['PUT', 'canary', { revision: 2, percent: 100 }, 'wrong-body'],
    ['PUT', 'live', { revision: 1, flow: 'nothing' }, 'not-found'],
  ])('%s %s with %j is refused as %s', async (method, path, body, code) => {
    expect((await ada(method, `/v1/channels/support/${path}`, { body })).body.code).toBe(code);
    expect(await live()).toMatchObject({ revision: 1, canary: null, shadow: null });
  });

  test('a channel without a flow runs nothing, until it is given one', async () => {
    await ada('POST', '/v1/channels', { body: { id: 'fresh', name: 'Fresh', address: 'fresh@desk.test' } });
    expect((await ada('GET', '/v1/channels/fresh/live')).body).toMatchObject({ code: 'wrong-state', state: 'no-flow' });
    const bare = await ada('PUT', '/v1/channels/fresh/live', { body: { revision: 1 } });
    expect(bare.body).toMatchObject({ code: 'wrong-body', findings: [{ where: '/flow' }] });
    const given = await ada('PUT', '/v1/channels/fresh/live', { body: { revision: 1, flow: 'support-desk' } });
    expect(given.body).toMatchObject({ live: { revision: 1, previous: null }, left: null });
  });

  test('stopping the automatic mail of a revision lets its enquiries run on, says it in their story, and can be undone', async () => {
    const { store } = desk.work;
    const id = await anEnquiry(desk.work, { subject: 'Refund', text: 'Please' });
    const ringing = await found('it rings', async () => {
      const enquiry = await store.enquiries.get(id);
      return enquiry?.ringing[0] ? enquiry : null;
    });
    const agent = ringing.ringing[0] ?? '';
    const path = '/v1/flows/support-desk/revisions/1/stop-mail';
    const stopped = await ada('POST', path, { body: { reason: 'Wrong template.' } });
    expect(stopped.body.changed).toBeGreaterThanOrEqual(1);
    expect((await ada('POST', path, { body: { reason: 'Twice.' } })).body.changed).toBe(0);
    await act(desk.work, id, 'take', { agent });
    expect(await act(desk.work, id, 'close', { agent, notify: true })).toEqual({ ok: true });
    const story = await store.enquiries.story(id);
    const told = story.map(({ what }) => what);
    expect(told).toContain('Its automatic mail was stopped: Wrong template.');
    expect(told).toContain('Closed without a notice: automatic mail of the enquiry was stopped: Wrong template.');
    expect((await desk.work.sent()).filter((mail) => mail.includes('Refund') && mail.includes('closed'))).toEqual([]);
    const other = await anEnquiry(desk.work, { subject: 'Other', text: 'Hello' });
    await found('it is listed', () => store.enquiries.open.get(other));
    await ada('POST', path, { body: { reason: 'Again.' } });
    expect((await store.enquiries.open.get(other))?.mailStopped).toMatchObject({ by: 'ada', reason: 'Again' });
    const allowed = await ada('DELETE', path);
    expect(allowed.body.changed).toBeGreaterThanOrEqual(1);
    expect((await store.enquiries.open.get(other))?.mailStopped).toBeNull();
    expect((await store.enquiries.story(other)).map(({ what }) => what)).toContain(
      'Its automatic mail may leave again.',
    );
  });

  test('a group that only the canary rings is in use', async () => {
    await ada('POST', '/v1/groups', { body: { id: 'trial', title: 'Trial', agents: ['ann'] } });
    const revision = await published(example.replace('{ "setting": "group" }', '"trial"'));
    await ada('PUT', '/v1/channels/support/canary', { body: { revision, percent: 1 } });
    expect((await ada('DELETE', '/v1/groups/trial')).body.code).toBe('still-used');
    await ada('DELETE', '/v1/channels/support/canary');
    expect((await ada('DELETE', '/v1/groups/trial')).status).toBe(204);
  });

  test('supervisors read it and change nothing', async () => {
    expect((await sue('GET', '/v1/channels/support/live')).status).toBe(200);
    for (const [method, path, body] of [
      ['PUT', '/v1/channels/support/live', { revision: 2 }],
      ['PUT', '/v1/channels/support/canary', { revision: 2, percent: 10 }],
      ['POST', '/v1/flows/support-desk/revisions/1/stop-mail', { reason: 'x' }],
    ] as const) {
      expect((await sue(method, path, { body })).body.code).toBe('wrong-role');
    }
  });
});
