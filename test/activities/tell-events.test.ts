import { MockActivityEnvironment } from '@temporalio/testing';
import { tellEvents } from '../../activities/events/tell-events';
import type { Ports } from '../../activities/ports';
import type { ToldEvent } from '../../store/event-webhooks';
import { createConnectionCaller } from '../../worker/call-connection';
import { createHostResolver } from '../../worker/resolve-host';
import { aUser } from '../support/a-user';
import { found } from '../support/found';
import { freshStore, type FreshStore } from '../support/fresh-store';
import { startOtherSystem, type OtherSystem } from '../support/other-system';
import { until } from '../support/until';
import { quietTemporal } from '../support/work';

const MINUTE_MS = 60_000;

describe('a receiver of events that does not do its part', () => {
  let store: FreshStore;
  let other: OtherSystem;
  let end: (() => Promise<void>) | null = null;
  /** How far the clock of the teller is ahead of ours (ms). */
  let ahead = 0;
  const now = (): Date => new Date(Date.now() + ahead);

  beforeAll(quietTemporal);
  beforeEach(async () => {
    [store, other, ahead] = [await freshStore(), await startOtherSystem(), 0];
    await aWebhook();
    await store.users.create(aUser('ada', { role: 'admin' }));
  });
  afterEach(async () => {
    await end?.();
    end = null;
    await Promise.all([store.close(), other.stop()]);
  });

  async function aWebhook(connection: object = {}): Promise<void> {
    await store.connections.create({
      _id: 'listener',
      title: 'Listener',
      baseUrl: other.url,
      auth: { kind: 'none' },
      methods: ['POST'],
      timeoutMs: 1_000,
      allowInternal: true,
      secretSince: null,
      ca: null,
      v: 1,
      ...connection,
    });
    await store.eventWebhooks.create({
      _id: 'crm',
      title: 'CRM',
      connection: 'listener',
      path: '/events',
      events: ['note.added'],
      channels: null,
      agent: null,
      enabled: true,
      secret: store.secrets.seal(`whsec_${Buffer.alloc(32, 1).toString('base64')}`),
      previousSecret: null,
      previousUntil: null,
      failing: null,
      v: 1,
    });
  }

  /** Tells until the test is over. */
  function tells(): void {
    const stopping = new AbortController();
    const resolveHost = createHostResolver('');
    const askConnection = createConnectionCaller({ secrets: store.secrets, resolveHost });
    const ports = { store, askConnection, stopping: stopping.signal, now } as unknown as Ports;
    const ended = new MockActivityEnvironment().run(tellEvents(ports), { webhook: 'crm' }).catch(() => undefined);
    end = async () => {
      stopping.abort();
      await ended;
    };
  }

  const event = (id: string): ToldEvent => ({ id, type: 'note.added', timestamp: now().toISOString(), data: {} });
  const queue = async (...ids: string[]): Promise<void> => {
    for (const id of ids) await store.eventsDue.queue('crm', event(id), now());
    store.hints.tell({ about: 'events', webhook: 'crm' });
  };
  const heard = (): string[] => other.heard.map(({ headers }) => String(headers['webhook-id']));
  const dueOf = async (id: string) =>
    (await store.eventsDue.list('crm', false, 100)).find(({ event: { id: its } }) => its === id) ?? null;
  const attempted = (id: string, times: number) =>
    until(`${id} was tried ${times} times`, async () => ((await dueOf(id))?.attempt ?? 0) >= times);
  const told = (count: number) =>
    until('all were told', async () => (await store.eventsDue.counts('crm')).waiting === 0 && heard().length >= count);
  const notices = async (): Promise<string[]> => (await store.notices.of('ada', now())).notices.map(({ text }) => text);

  test.each([
    ['never answers', 'silence' as const, 'it did not answer in time'],
    ['hangs up', 'hang up' as const, 'the line broke'],
    ['sends elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'another address'],
    ['refuses', { status: 400 }, 'status 400'],
  ])('one that %s is asked again later, with the reason kept', async (_what, does, why) => {
    other.does(does, { json: {} });
    tells();
    await queue('one');
    await attempted('one', 1);
    const due = await dueOf('one');
    expect(due?.problem).toContain(why);
    expect(due?.dueAt.getTime()).toBeGreaterThan(now().getTime());
    const failing = await found('it to say so', async () => (await store.eventWebhooks.get('crm'))?.failing ?? null);
    expect(failing.why).toContain(why);
    ahead += MINUTE_MS;
    await told(2);
    expect(new Set(heard())).toEqual(new Set(['one']));
    await until('it to be well again', async () => (await store.eventWebhooks.get('crm'))?.failing === null);
    expect((await store.eventWebhooks.get('crm'))?.enabled).toBe(true);
  });

  test('one that says when it wants to be asked again is left alone until then', async () => {
    other.does({ status: 503, headers: { 'retry-after': '1800' } });
    tells();
    await queue('one');
    await attempted('one', 1);
    const waits = ((await dueOf('one'))?.dueAt.getTime() ?? 0) - now().getTime();
    expect(waits).toBeGreaterThan(25 * MINUTE_MS);
    expect(waits).toBeLessThanOrEqual(30 * MINUTE_MS);
  });

  test('one that is gone is turned off, the admins are told once, and what waits is told when it is turned on', async () => {
    other.does({ status: 410 });
    tells();
    await queue('one', 'two');
    await until('it is turned off', async () => (await store.eventWebhooks.get('crm'))?.enabled === false);
    await found('the notice', async () => ((await notices()).length > 0 ? true : null));
    expect((await notices())[0]).toContain('"crm" was turned off');
    ahead += 10 * MINUTE_MS;
    await queue('three');
    other.does({ json: {} });
    const before = heard().length;
    await store.eventWebhooks.change('crm', { enabled: true });
    await told(before + 3);
    expect(new Set(heard().slice(before))).toEqual(new Set(['one', 'two', 'three']));
  });

  test('of one that fails for long the admins hear once; one event is tried at a time, and all when it is over', async () => {
    other.does({ status: 500 });
    tells();
    const ids = Array.from({ length: 12 }, (_, at) => `e${at}`);
    await queue(...ids);
    for (const id of ids) await attempted(id, 1);
    for (let round = 2; round <= 4; round += 1) {
      ahead += 30 * MINUTE_MS;
      await attempted('e0', round);
    }
    await found('the notice', async () => ((await notices()).length > 0 ? true : null));
    expect(await notices()).toEqual([expect.stringMatching(/"crm" cannot be told .*status 500.*three days/)]);
    const before = heard().length;
    other.does({ json: {} });
    // The others' next attempts are hours away: what is queued now finds that it is over.
    await store.eventsDue.failed('crm|e0', 'later', new Date(now().getTime() + 4 * 3_600_000), now());
    await queue('new');
    await told(before + 13);
    expect(new Set(heard().slice(before))).toEqual(new Set([...ids, 'new']));
  });

  test('what was refused for three days is given up with a notice, and told when an admin wants it tried again', async () => {
    other.does({ status: 400 });
    tells();
    await queue('one');
    await attempted('one', 1);
    ahead += 73 * 60 * MINUTE_MS;
    await until('it is given up', async () => (await store.eventsDue.counts('crm')).givenUp === 1);
    await found('the notice', async () => ((await notices()).some((text) => text.includes('given up')) ? true : null));
    other.does({ json: {} });
    expect(await store.eventsDue.again('crm', now())).toBe(1);
    await told(3);
  });

  test('after the secret was changed both sign, and after a day the new one alone', async () => {
    const renewed = store.secrets.seal(`whsec_${Buffer.alloc(32, 2).toString('base64')}`);
    const previousSecret = (await store.eventWebhooks.get('crm'))?.secret ?? null;
    const previousUntil = new Date(now().getTime() + 24 * 60 * MINUTE_MS);
    await store.eventWebhooks.change('crm', { secret: renewed, previousSecret, previousUntil });
    tells();
    await queue('one');
    await told(1);
    ahead += 25 * 60 * MINUTE_MS;
    await queue('two');
    await told(2);
    const signatures = other.heard.map(({ headers }) => String(headers['webhook-signature']).split(' '));
    expect(signatures.map((each) => each.length)).toEqual([2, 1]);
  });

  test('an address inside this machine is never asked, whatever a name led to', async () => {
    await store.connections.change('listener', { baseUrl: `https://localhost:${other.port}`, allowInternal: false });
    tells();
    await queue('one');
    await attempted('one', 1);
    expect((await dueOf('one'))?.problem).toMatch(/address/);
    expect(other.heard).toEqual([]);
  });
});
