import { startApi, type StartedApi } from '../../api/server';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { aStoredEnquiry } from './stored';
import { startDesk, type Desk } from './desk';

interface Stream {
  events: { event: string; data: Record<string, unknown> }[];
  comments: () => number;
  ended: () => boolean;
  close(): void;
}

describe('live hints', () => {
  let desk: Desk;
  let api: StartedApi;
  beforeAll(async () => {
    desk = await startDesk();
    api = await startApi({ ports: desk.ports, host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await api.close();
    await desk.stop();
  });

  /** Listens in the name of somebody; gives his session's token too. */
  async function listen(user: string, url = api.url): Promise<{ stream: Stream; token: string }> {
    const { token, headers } = await desk.session(user);
    const leave = new AbortController();
    const answer = await fetch(`${url}/v1/events`, { headers: { cookie: headers.cookie }, signal: leave.signal });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    let text = '';
    let ended = false;
    void (async () => {
      try {
        for await (const part of answer.body ?? []) text += Buffer.from(part).toString();
      } catch {
        // Closed by us.
      }
      ended = true;
    })();
    const stream: Stream = {
      get events() {
        return [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event = '', data = '{}']) => ({
          event,
          data: JSON.parse(data),
        }));
      },
      comments: () => (text.match(/^: still here$/gm) ?? []).length,
      ended: () => ended,
      close: () => leave.abort(),
    };
    await found('the stream to be ready', () => (stream.events.some(({ event }) => event === 'ready') ? true : null));
    return { stream, token };
  }

  const hintsOf = (stream: Stream, id: string) =>
    stream.events.filter(({ event, data }) => event === 'enquiry' && data['id'] === id);

  test('who may see an enquiry is told that it changed, the agent that it rings, and nobody else anything', async () => {
    const { stream: ann } = await listen('ann');
    const { stream: bob } = await listen('bob');
    const { stream: carl } = await listen('carl');
    const { stream: ada } = await listen('ada');
    const id = await anEnquiry(desk.work);
    await found('hints', () => (hintsOf(ann, id).length > 0 && hintsOf(ada, id).length > 0 ? true : null));
    await found('the hint of the ring', () =>
      [ann, bob].some(({ events }) => events.some(({ event }) => event === 'offers')) ? true : null,
    );
    // Whatever is told after this marker was told to carl too late to matter; what came before it he must not have.
    desk.work.store.hints.tell({ about: 'presence', agent: 'marker' });
    await found('the marker', () => (carl.events.some(({ data }) => data['agent'] === 'marker') ? true : null));
    expect(hintsOf(carl, id)).toEqual([]);
    expect(carl.events.some(({ event }) => event === 'offers')).toBe(false);
    for (const stream of [ann, bob, carl, ada]) stream.close();
  });

  test('RO3.5 the server’s part: what rings is told of when it begins and when it is over, and stands in the list of offers just as long', async () => {
    const { store } = desk.work;
    for (const how of ['accept', 'decline'] as const) {
      const streams = { ann: (await listen('ann')).stream, bob: (await listen('bob')).stream };
      const id = await anEnquiry(desk.work, { from: `panel-${how}@customers.test` });
      const ringing = async () =>
        (await store.agents.getMany(['ann', 'bob'])).find(({ offers }) => offers[id])?._id ?? null;
      const who = (await found('the ring', ringing)) as 'ann' | 'bob';
      const told = () => streams[who].events.filter(({ event }) => event === 'offers').length;
      await found('its hint', () => (told() > 0 ? true : null));
      const ask = await desk.as(who);
      const listed = async (): Promise<boolean> =>
        (await ask('GET', '/v1/offers')).body.items.some((each: { enquiry: string }) => each.enquiry === id);
      expect(await listed()).toBe(true);
      const before = told();

      const offer = (await store.agents.get(who))?.offers[id]?.offer;
      expect((await ask('POST', `/v1/offers/${offer}/${how}`, { body: {} })).status).toBe(200);

      await found('the hint of its end', () => (told() > before ? true : null));
      expect(await listed()).toBe(false);
      for (const stream of Object.values(streams)) stream.close();
    }
  });

  test('who stops writing without a word, as a console that lost its line does, is told of when his time is over', async () => {
    const { store } = desk.work;
    await aStoredEnquiry(store, { _id: 'silent', assignee: 'ann', group: 'support' });
    const { stream } = await listen('bob');
    const hints = () =>
      stream.events.filter(({ event, data }) => event === 'watchers' && data['id'] === 'silent').length;
    const ann = await desk.as('ann');
    const bob = await desk.as('bob');
    const isTyping = async () =>
      (await bob('GET', '/v1/enquiries/silent')).body.watchers.map((each: { typing: boolean }) => each.typing);
    expect((await ann('PUT', '/v1/enquiries/silent/watch', { body: { typing: true } })).status).toBe(200);
    await found('the hint that she writes', () => (hints() > 0 ? true : null));
    expect(await isTyping()).toEqual([true]);
    const before = hints();
    await found('the hint that she does not any more', () => (hints() > before ? true : null), 30_000);
    expect(await isTyping()).toEqual([false]);
    await found('the hint that she is gone', () => (hints() > before + 1 ? true : null), 60_000);
    expect(await isTyping()).toEqual([]);
    stream.close();
  });

  test('hints carry ids and nothing else', async () => {
    const { stream } = await listen('ada');
    const id = await anEnquiry(desk.work, {
      subject: 'canary subject',
      text: 'canary text',
      from: 'canary@customers.test',
    });
    await found('a hint', () => (hintsOf(stream, id).length > 0 ? true : null));
    expect(hintsOf(stream, id)[0]?.data).toEqual({ id });
    expect(JSON.stringify(stream.events)).not.toContain('canary');
    stream.close();
  });

  test('who loses sight of an enquiry is told once more, so that it leaves his lists', async () => {
    const { store } = desk.work;
    const { stream } = await listen('ann');
    const told = (group: string) =>
      store.hints.tell({ about: 'enquiry', id: 'moving', channel: 'support', group, assignee: null, ringing: [] });
    told('support');
    await found('the first hint', () => (hintsOf(stream, 'moving').length === 1 ? true : null));
    told('elsewhere');
    await found('the last hint', () => (hintsOf(stream, 'moving').length === 2 ? true : null));
    told('elsewhere');
    told('support');
    await found('the next hint', () => (hintsOf(stream, 'moving').length === 3 ? true : null));
    stream.close();
  });

  test('the stream is kept open by comments and ends with the session', async () => {
    const { stream, token } = await listen('ann');
    await found('comments', () => (stream.comments() >= 2 ? true : null));
    expect(stream.ended()).toBe(false);
    await desk.work.store.sessions.end(token);
    await found('the end', () => (stream.ended() ? true : null));
  });

  test('the stream ends when its user is disabled', async () => {
    const { stream } = await listen('bob');
    await desk.work.store.users.change('bob', { disabled: true });
    await found('the end', () => (stream.ended() ? true : null));
    await desk.work.store.users.change('bob', { disabled: false });
  });

  test('what another process did is seen by polling', async () => {
    const { ports, work } = desk;
    const deaf = { ...work.store, hints: { tell: () => undefined, listen: () => () => undefined } };
    const polling = await startApi({
      ports: { ...ports, store: deaf, settings: { ...ports.settings, pollHintsMs: 50 } },
      host: '127.0.0.1',
      port: 0,
    });
    const { stream } = await listen('ada', polling.url);
    await aStoredEnquiry(work.store, { _id: 'polled', group: 'support' });
    await found('the hint', () => (hintsOf(stream, 'polled').length > 0 ? true : null));
    const told = (event: string, key: string, value: string): number =>
      stream.events.filter((each) => each.event === event && each.data[key] === value).length;
    const wait = (times: number) =>
      found(`hint ${times} of who watches`, () => (told('watchers', 'id', 'polled') >= times ? true : null));
    await work.store.watchers.watch('polled', 'ann', false, new Date());
    await wait(1);
    await work.store.watchers.watch('polled', 'ann', true, new Date());
    await wait(2);
    await work.store.watchers.leave('polled', 'ann');
    await wait(3);
    await work.store.agents.setPresence('ann', 'busy', 'agent', new Date(), 3_600_000);
    await found('the hint of presence', () => (told('presence', 'agent', 'ann') > 0 ? true : null));
    stream.close();
    await polling.close();
  });

  test('closing the API ends its streams at once', async () => {
    const other = await startApi({ ports: desk.ports, host: '127.0.0.1', port: 0 });
    const { stream } = await listen('ann', other.url);
    await other.close();
    await found('the end', () => (stream.ended() ? true : null), 2000);
  });
});
