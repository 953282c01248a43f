import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playShadows } from '../../activities/upkeep/play-shadows';
import { readFlowTests, runFlowTests, type Flow } from '../../flows';
import { enquiryWorkflowId } from '../../workflows/messages';
import { found } from '../support/found';
import { anEnquiry, aReplyTo } from '../support/mails-of-work';
import { act, aDraft } from '../support/work';
import { jobEnded, startDesk, type Ask, type Desk } from './desk';

const example = readFileSync(join(__dirname, '../../flows/examples/support-desk.json'), 'utf8');

describe('enquiries and the revisions of their flow', () => {
  let desk: Desk;
  let ada: Ask;
  let second: number;
  let contacts = 0;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
    second = await published(example.replace('"contains', '"contains').replace('"refund"', '"hello"'));
  });
  afterAll(() => desk.stop());

  async function published(text: string): Promise<number> {
    const saved = await ada('PUT', '/v1/flows/support-desk/draft', { body: { text } });
    const body = { expectedSha256: saved.body.flow.draft.sha256, message: 'for a test' };
    return (await ada('POST', '/v1/flows/support-desk/publish', { body })).body.revision;
  }
  const stored = (id: string) => desk.work.store.enquiries.get(id);
  /** An enquiry that an agent has; its id and the agent. */
  async function served(subject = 'Hello', text = 'I have a question.'): Promise<{ id: string; agent: string }> {
    // A contact of its own: who is bound to an agent waits for him.
    const from = `person-${++contacts}@customers.test`;
    const id = await anEnquiry(desk.work, { subject, text, from });
    const ringing = await found('it rings', async () => {
      const enquiry = await stored(id);
      return enquiry?.ringing[0] ? enquiry : null;
    });
    const agent = ringing.ringing[0] ?? '';
    expect(await act(desk.work, id, 'take', { agent })).toEqual({ ok: true });
    await found('it is served', async () => ((await stored(id))?.state?.rest?.kind === 'wait' ? true : null));
    return { id, agent };
  }
  const migrate = (id: string, body: object) => ada('POST', `/v1/enquiries/${id}/migrate`, { body });

  test('an enquiry goes on with another revision: nothing is sent again, the time left stays, and the next mail meets the new flow', async () => {
    const { id, agent } = await served();
    const before = await stored(id);
    const sentBefore = (await desk.work.sent()).length;
    expect((await migrate(id, { revision: second, dryRun: true })).body).toEqual({ migrated: false, refusals: [] });
    expect((await stored(id))?.flow.revision).toBe(1);
    expect((await migrate(id, { revision: second })).body).toEqual({ migrated: true, refusals: [] });
    const after = await stored(id);
    expect(after?.flow).toMatchObject({ id: 'support-desk', revision: second });
    expect(after?.rest?.until).toEqual(before?.rest?.until);
    expect(after?.state).toMatchObject({ node: before?.state?.node, assignee: agent, vars: before?.state?.vars });
    expect((await migrate(id, { revision: second })).body.refusals).toEqual([`It runs on revision ${second} already.`]);
    // The run that goes on is a new one of the same workflow, and it takes what comes.
    await aReplyTo(desk.work, id);
    await found('the mail is taken', async () => ((await stored(id))?.state?.messages === 2 ? true : null));
    const described = await desk.work.client.workflow.getHandle(enquiryWorkflowId(id)).describe();
    expect(described.status.name).toBe('RUNNING');
    const draft = await aDraft(desk.work, id, agent, 'Dear Mia.');
    expect(await act(desk.work, id, 'reply', { agent, ...draft })).toMatchObject({ ok: true });
    expect(await act(desk.work, id, 'close', { agent, notify: false })).toEqual({ ok: true });
    expect((await desk.work.sent()).filter((mail) => mail.includes('support-received')).length).toBeLessThanOrEqual(
      sentBefore,
    );
    const story = (await desk.work.store.enquiries.story(id)).map(({ what }) => what);
    expect(story).toContain(`It goes on with revision ${second}; before it was 1.`);
    const [entry] = (await ada('GET', `/v1/audit?what=enquiry.migrate&about=${id}`)).body.items;
    expect(entry).toMatchObject({ who: 'ada', before: { revision: 1 }, after: { revision: second } });
  });

  test('what rests where the new revision has nothing is refused with the reason, and stays', async () => {
    const { id } = await served();
    const flow = JSON.parse(example) as Flow;
    const { serve, ...nodes } = flow.nodes;
    const text = JSON.stringify({ ...flow, nodes: { ...nodes, care: serve } }).replaceAll('"serve"', '"care"');
    const third = await published(text);
    const refused = await migrate(id, { revision: third });
    expect(refused.body).toMatchObject({ migrated: false, refusals: [expect.stringContaining('no node "serve"')] });
    expect((await stored(id))?.flow.revision).toBe(1);
    expect((await migrate(id, { revision: third, map: { serve: 'care' } })).body.migrated).toBe(true);
    expect((await stored(id))?.state?.node).toBe('care');
    expect((await migrate(id, { revision: 99 })).body.code).toBe('not-found');
  });

  test('all of a revision are taken over by a job: first dry, then for good, with each refusal', async () => {
    const [one, two] = [await served(), await served('Second')];
    const start = (body: object) => ada('POST', '/v1/flows/support-desk/revisions/1/migrate', { body });
    const dry = await jobEnded(ada, (await start({ to: second, dryRun: true })).body.id);
    expect(dry).toMatchObject({ state: 'done', kind: 'migration', result: { dryRun: true, moved: 0, movable: 2 } });
    expect((await stored(one.id))?.flow.revision).toBe(1);
    const done = await jobEnded(ada, (await start({ to: second })).body.id);
    expect(done).toMatchObject({ state: 'done', done: 2, total: 2, result: { moved: 2, refused: [] } });
    for (const { id } of [one, two]) expect((await stored(id))?.flow.revision).toBe(second);
    expect((await ada('GET', '/v1/flows/support-desk/running')).body.items).toContainEqual({
      revision: second,
      open: 2,
    });
    expect((await ada('DELETE', `/v1/jobs/${done.id}`)).body).toMatchObject({ code: 'wrong-state', state: 'done' });
    const listed = await ada('GET', '/v1/jobs?kind=migration');
    expect(listed.body.items.map((each: { id: string }) => each.id)).toContain(done.id);
  });

  test('a job that is cancelled stops before the next enquiry; one whose process is gone is told as interrupted', async () => {
    const { store } = desk.work;
    const job = {
      kind: 'migration',
      about: 'support-desk',
      asked: { from: 1, to: second, map: {}, dryRun: true },
      by: 'ada',
      state: 'running',
      done: 0,
      total: 9,
    } as const;
    const times = { startedAt: new Date(), beatAt: new Date(), endedAt: null };
    const rest = { cancelWanted: false, result: null, problem: null, v: 1 };
    await store.jobs.start({ ...job, ...times, ...rest, _id: 'j-cancel' });
    expect((await ada('DELETE', '/v1/jobs/j-cancel')).body).toMatchObject({ state: 'running', cancelling: true });
    expect(await store.jobs.beat('j-cancel', { done: 1 }, new Date())).toBe(false);
    await store.jobs.start({ ...job, ...times, ...rest, _id: 'j-gone', beatAt: new Date(Date.now() - 120_000) });
    expect((await ada('GET', '/v1/jobs/j-gone')).body.state).toBe('interrupted');
    const again = await ada('POST', '/v1/jobs/j-gone/retry');
    expect(again.body).toMatchObject({ kind: 'migration', state: 'running', asked: job.asked });
    const done = await jobEnded(ada, again.body.id);
    expect(done).toMatchObject({ state: 'done', result: { dryRun: true } });
    expect((await ada('POST', `/v1/jobs/${again.body.id}/retry`)).body).toMatchObject({
      code: 'wrong-state',
      state: 'done',
    });
    await store.jobs.end('j-cancel', { state: 'cancelled' }, new Date());
  });

  test('three jobs run at a time; a fourth is told so, and comes when one has ended', async () => {
    const { store } = desk.work;
    const job = await found('a job', async () => store.jobs.get('j-gone', new Date()));
    const running = { ...job, state: 'running' as const, beatAt: new Date() };
    for (const id of ['j-1', 'j-2', 'j-3']) await store.jobs.start({ ...running, _id: id });
    const start = () =>
      ada('POST', '/v1/flows/support-desk/revisions/1/migrate', { body: { to: second, dryRun: true } });
    const refused = await start();
    expect(refused.body).toMatchObject({ code: 'too-many-jobs', status: 429 });
    for (const id of ['j-1', 'j-2', 'j-3']) await store.jobs.end(id, { state: 'done' }, new Date());
    expect((await start()).status).toBe(200);
  });

  test('a run is kept as a test: it passes, holds nothing of the person, and stands beside the draft', async () => {
    const { id, agent } = await served('Refund for Mia Meyer', 'My account is 4711.');
    await act(desk.work, id, 'close', { agent, notify: true });
    await found('it is closed', async () => ((await stored(id))?.closedAt ? true : null));
    await ada('PUT', '/v1/flows/support-desk/draft', { body: { text: example } });
    const shown = await ada('POST', `/v1/enquiries/${id}/test`, { body: { title: 'a refund', save: false } });
    expect(shown.body).toMatchObject({ saved: false, trouble: [], flow: 'support-desk' });
    expect((await ada('GET', '/v1/flows/support-desk')).body.draft.tests).toBeNull();
    const saved = await ada('POST', `/v1/enquiries/${id}/test`, { body: { title: 'a refund' } });
    expect(saved.body).toMatchObject({ saved: true, replaced: expect.arrayContaining(['message.subject']) });
    const { draft } = (await ada('GET', '/v1/flows/support-desk')).body;
    expect(draft.sha256).toBe(saved.body.draftSha256);
    for (const word of ['Mia', 'Meyer', '4711', 'customers.test']) expect(draft.tests).not.toContain(word);
    const read = readFlowTests(draft.tests);
    if ('fault' in read) throw new Error(read.fault);
    expect(runFlowTests(JSON.parse(example), read.tests)).toMatchObject([{ title: 'a refund', failures: [] }]);
    const body = { expectedSha256: draft.sha256, message: 'with a test' };
    expect((await ada('POST', '/v1/flows/support-desk/publish', { body })).status).toBe(200);
    // The same title replaces it; an enquiry that still runs can be kept as well.
    const open = await served('Hello again');
    await ada('POST', `/v1/enquiries/${open.id}/test`, { body: { title: 'a refund' } });
    const tests = JSON.parse((await ada('GET', '/v1/flows/support-desk')).body.draft.tests);
    expect(tests.tests).toMatchObject([{ title: 'a refund', expect: { rest: 'serve' } }]);
    await ada('PUT', '/v1/flows/support-desk/draft', { body: { text: example, tests: null } });
  });

  test('a shadow tells where it would have gone otherwise, and does nothing', async () => {
    const { store } = desk.work;
    await ada('PUT', '/v1/channels/support/live', { body: { revision: 1 } });
    await ada('PUT', '/v1/channels/support/shadow', { body: { revision: second } });
    const { id, agent } = await served('hello there', 'I have a question.');
    const same = await served('Question', 'Where is it?');
    for (const each of [id, same.id]) {
      const enquiry = await stored(each);
      if (!enquiry) throw new Error('It is not there.');
      const { number, channel, openedAt } = enquiry;
      await store.shadowRuns.add({
        enquiry: each,
        number,
        channel,
        flow: 'support-desk',
        live: 1,
        shadow: second,
        openedAt,
      });
    }
    await playShadows({ store, log: () => undefined, now: () => new Date() });
    const early = await ada('GET', '/v1/channels/support/shadow');
    expect(early.body).toMatchObject({ played: 2, different: 1, same: 1, running: 2, unplayable: 0 });
    const messages = (await desk.work.sent()).length;
    await act(desk.work, id, 'close', { agent, notify: false });
    await found('it is closed', async () => ((await stored(id))?.closedAt ? true : null));
    await playShadows({ store, log: () => undefined, now: () => new Date(Date.now() + 3_600_000) });
    const report = (await ada('GET', '/v1/channels/support/shadow')).body;
    expect(report).toMatchObject({ shadow: second, running: 1, nodes: [{ node: 'tag-intent', enquiries: 1 }] });
    expect(report.nodes[0].differences).toMatchObject([{ what: 'tags', live: 'none', shadow: 'billing' }]);
    expect((await stored(id))?.tags).toEqual([]);
    expect((await desk.work.sent()).length).toBe(messages);
    await ada('DELETE', '/v1/channels/support/shadow');
    expect((await ada('GET', '/v1/channels/support/shadow')).body.state).toBe('no-shadow');
    expect((await ada('GET', `/v1/channels/support/shadow?revision=${second}`)).body.played).toBe(2);
  });
});
