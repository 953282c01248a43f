import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Express } from 'express';
import { found } from '../support/found';
import { testServers } from '../support/servers';
import { anEnquiry } from '../support/mails-of-work';
import { createApp } from '../../api/app';
import { createWorkflowPorts } from '../../worker/workflow-ports';
import { cuttableProxy } from './cuttable-proxy';
import { startDesk, type Desk } from './desk';

describe('when workflows are slow or away', () => {
  let desk: Desk;
  /** The API, which here does not wait long for an act to be confirmed. */
  let hasty: Express;
  beforeAll(async () => {
    desk = await startDesk();
    hasty = createApp({ ...desk.ports, settings: { ...desk.ports.settings, actWaitMs: 300 } });
  });
  afterAll(() => desk.stop());

  test('an act that is not confirmed in time is answered 202, and can be looked up once it was done', async () => {
    const { work } = desk;
    const id = await anEnquiry(work);
    const offer = await found('an offer', async () => {
      const agents = await work.store.agents.getMany(['ann', 'bob']);
      return (
        agents.flatMap((agent) => (agent.offers[id] ? [{ agent: agent._id, offer: agent.offers[id].offer }] : []))[0] ??
        null
      );
    });
    const ask = await desk.as(offer.agent, hasty);
    await work.stopWorker();
    const pending = await ask('POST', `/v1/offers/${offer.offer}/accept`, { key: 'patient' });
    expect([pending.status, pending.body.outcome]).toEqual([202, 'pending']);
    expect(pending.headers['location']).toBe(pending.body.look);
    await work.startWorker();
    const done = await found('the outcome', async () => {
      const again = await ask('POST', `/v1/offers/${offer.offer}/accept`, { key: 'patient' });
      return again.status === 200 ? again : null;
    });
    expect(done.body.outcome).toBe('done');
    expect((await ask('GET', pending.body.look)).body).toEqual(done.body);
    expect((await ask('GET', `/v1/enquiries/${id}/acts/${encodeURIComponent('carl/accept/patient')}`)).status).toBe(
      404,
    );
  });

  test('an act on a closed enquiry that is not confirmed in time is answered 202 too, and done once', async () => {
    const { work } = desk;
    const id = await anEnquiry(work);
    const ada = await desk.as('ada');
    const impatient = await desk.as('ada', hasty);
    await found('a rest', async () => ((await work.store.enquiries.get(id))?.status === 'ringing' ? true : null));
    expect((await ada('POST', `/v1/enquiries/${id}/spam`, { body: {} })).status).toBe(200);
    await found('its run to end', async () => ((await ada('GET', `/v1/enquiries/${id}`)).body.closedAt ? true : null));
    await work.stopWorker();
    const body = { text: 'It was one.' };
    const note = () => impatient('POST', `/v1/enquiries/${id}/notes`, { key: 'patient', body });
    const pending = await note();
    expect([pending.status, pending.body.outcome]).toEqual([202, 'pending']);
    await work.startWorker();
    await found('the outcome', async () => ((await note()).status === 200 ? true : null), 30_000);
    const { items } = (await ada('GET', `/v1/enquiries/${id}/messages`)).body;
    expect(items.filter((each: { direction: string }) => each.direction === 'note')).toHaveLength(1);
  });

  test('two merges that a run meets together are one, and the other is told who merged them', async () => {
    const { work } = desk;
    const from = 'twice@customers.test';
    const [elder, younger] = [await anEnquiry(work, { from }), await anEnquiry(work, { from })];
    const ada = await desk.as('ada', hasty);
    for (const id of [elder, younger])
      await found('a rest', async () => ((await work.store.enquiries.get(id))?.status === 'ringing' ? true : null));
    await work.stopWorker();
    const merge = (key: string) => ada('POST', `/v1/enquiries/${elder}/merge`, { key, body: { into: younger } });
    const pending = await Promise.all([merge('one'), merge('other')]);
    expect(pending.map(({ status }) => status)).toEqual([202, 202]);
    await work.startWorker();
    const decided = (key: string) =>
      found('the outcome', async () => {
        const answer = await merge(key);
        return answer.status === 202 ? null : answer;
      });
    const answers = [await decided('one'), await decided('other')];
    const outcomes = answers.map(({ status, body }) => `${status} ${body.code ?? 'done'}`);
    expect(new Set(outcomes)).toEqual(new Set(['200 done', '409 enquiry-merged']));
  });

  test('a run that was lost is started again and takes the act', async () => {
    const { work } = desk;
    const id = await anEnquiry(work);
    const ada = await desk.as('ada');
    await found('a rest', async () => ((await work.store.enquiries.get(id))?.status === 'ringing' ? true : null));
    await work.client.workflow.getHandle(`enquiry/${id}`).terminate('lost');
    expect((await ada('POST', `/v1/enquiries/${id}/tags`, { body: { add: ['found-again'] } })).status).toBe(200);
    expect((await ada('GET', `/v1/enquiries/${id}`)).body.tags).toContain('found-again');
  });

  /** The API over a line to Temporal that can be broken, as somebody who is signed in. */
  async function behindProxy(user: string) {
    const { work, ports } = desk;
    const proxy = await cuttableProxy(testServers().temporalAddress);
    const connection = await NativeConnection.connect({ address: proxy.address });
    const temporal = new Client({ connection, namespace: ports.temporalNames.namespace });
    const queues = { taskQueue: 'none', mailTaskQueue: 'none' };
    const workflows = createWorkflowPorts({ client: temporal, store: work.store, ...queues, eager: false });
    const app = createApp({ ...ports, temporal, workflows, settings: { ...ports.settings, actWaitMs: 1000 } });
    const ask = await desk.as(user, app);
    return {
      proxy,
      ask,
      tag: (id: string) => ask('POST', `/v1/enquiries/${id}/tags`, { body: { add: ['vip'] } }),
      async close() {
        await connection.close();
        await proxy.close();
      },
    };
  }

  test('Temporal away is 503 with Retry-After; reading goes on; it comes back by itself', async () => {
    const id = await anEnquiry(desk.work);
    const { proxy, ask, tag, close } = await behindProxy('ada');
    proxy.cut();
    const refused = await tag(id);
    expect([refused.status, refused.body.code]).toEqual([503, 'temporal-away']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('GET', `/v1/enquiries/${id}`)).status).toBe(200);
    // Settings are stored; whoever must be told of them is told by the clock.
    expect((await ask('PATCH', '/v1/channels/support', { body: { enabled: true, footer: 'Yours' } })).status).toBe(200);
    expect((await ask('PATCH', '/v1/groups/support', { body: { title: 'Desk' } })).status).toBe(200);
    const health = await ask('GET', '/readyz');
    expect([health.status, health.body.ok]).toEqual([503, false]);
    expect(health.body.lines.find((each: { name: string }) => each.name === 'temporal').ok).toBe(false);
    proxy.mend();
    await found('Temporal back', async () => ((await tag(id)).status === 200 ? true : null), 30_000);
    await close();
  });

  test('a Temporal that hangs is 503 too, also to who goes away while something rings at him', async () => {
    const { store } = desk.work;
    const id = await anEnquiry(desk.work, { from: `${randomUUID()}@customers.test` });
    const agent = await found('whom it rings at', async () => {
      const agents = await store.agents.getMany(['ann', 'bob']);
      return agents.find(({ offers }) => offers[id])?._id ?? null;
    });
    const { proxy, ask, tag, close } = await behindProxy(agent);
    proxy.freeze();
    const answers = [await tag(id), await ask('PUT', '/v1/presence', { body: { word: 'away' } })];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [503, 'temporal-away'],
      [503, 'temporal-away'],
    ]);
    proxy.mend();
    const away = () => ask('PUT', '/v1/presence', { body: { word: 'away' } });
    await found('Temporal back', async () => ((await away()).status === 200 ? true : null), 30_000);
    await found('the offer gone on', async () => ((await store.agents.get(agent))?.offers[id] ? null : true));
    await close();
  });
});
