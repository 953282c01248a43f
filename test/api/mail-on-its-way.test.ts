import { actOnHeld } from '../../activities/upkeep/act-on-held';
import { anEntry, anOutboxMail, aMessage, aStoredEnquiry } from './stored';
import { startDesk, type Ask, type Desk } from './desk';

const braked = { kind: 'auto-reply', heldBecause: 'brake' } as const;

describe('outbox and ledger', () => {
  let desk: Desk;
  let ada: Ask;
  let look: 'found' | 'not-found' | 'cannot-look' = 'not-found';
  beforeAll(async () => {
    desk = await startDesk();
    desk.ports.mail.lookInSent = async (outboxId) => {
      if (look === 'found') await desk.work.store.outbox.foundInSent(outboxId, new Date());
      return look;
    };
    ada = await desk.as('ada');
  });
  afterAll(() => desk.stop());

  /** Brings a mail into a state the way a sender would. */
  async function inState(id: string, state: 'held' | 'failed' | 'uncertain' | 'sent'): Promise<void> {
    const { store } = desk.work;
    const now = new Date();
    const kept = { _id: id, channel: 'nowhere', sendAfter: now };
    await anOutboxMail(store, { ...kept, message: `m-${id}`, heldBecause: state === 'held' ? 'a test' : null });
    await aMessage(store, { _id: `m-${id}`, direction: 'out', channel: 'nowhere' });
    if (state === 'held') return;
    const taken = await store.outbox.take(id, 'sender', now);
    const attempt = taken?.attempt ?? 0;
    await store.outbox.handOver(id, attempt);
    const answers = [{ at: now, attempt, recipient: null, code: 550, text: '550 5.7.1 go away' }];
    await store.outbox.finish(id, attempt, { state, answers, acceptedRecipients: [], now });
  }

  const stateOf = async (id: string) => (await ada('GET', `/v1/outbox/${id}`)).body.state;

  type From = 'held' | 'failed' | 'uncertain' | 'sent';
  const table: [string, Partial<Record<From, string>>][] = [
    ['send-again', { failed: 'queued', uncertain: 'queued' }],
    ['leave', { failed: 'discarded', uncertain: 'discarded' }],
    ['release', { held: 'queued' }],
    ['discard', { held: 'discarded' }],
  ];
  const cases = table.flatMap(([act, to]) =>
    (['held', 'failed', 'uncertain', 'sent'] as const).map((from) => ({ act, from, to: to[from] ?? null })),
  );

  test.each(cases)('$act of a mail that is $from: $to', async ({ act, from, to }) => {
    const id = `${act}-${from}`;
    await inState(id, from);
    const answer = await ada('POST', `/v1/outbox/${id}/${act}`);
    if (to === null) {
      expect(answer.body).toMatchObject({ code: 'wrong-state', state: from });
      expect(await stateOf(id)).toBe(from);
      return;
    }
    expect(answer.body.state).toBe(to);
    // Who repeats himself is told the same.
    const again = await ada('POST', `/v1/outbox/${id}/${act}`);
    expect([again.status, again.body.state]).toEqual([200, to]);
    expect(await stateOf(id)).toBe(to);
    expect((await desk.work.store.messages.get(`m-${id}`))?.delivery).toMatchObject({ state: to });
  });

  test('an uncertain mail is looked for in Sent, and is sent when it is there', async () => {
    await inState('lost', 'uncertain');
    expect((await ada('POST', '/v1/outbox/lost/look-in-sent')).body).toMatchObject({
      found: 'not-found',
      mail: { state: 'uncertain' },
    });
    look = 'found';
    expect((await ada('POST', '/v1/outbox/lost/look-in-sent')).body).toMatchObject({
      found: 'found',
      mail: { state: 'sent' },
    });
    expect((await ada('POST', '/v1/outbox/lost/look-in-sent')).body.code).toBe('wrong-state');
  });

  test("the mail server's answer is told word for word", async () => {
    await inState('refused', 'failed');
    expect((await ada('GET', '/v1/outbox/refused')).body.answers[0].text).toBe('550 5.7.1 go away');
    const { items } = (await ada('GET', '/v1/outbox?state=failed&channel=nowhere')).body;
    expect(items.map((each: { id: string }) => each.id)).toContain('refused');
  });

  test('more held mails than a request can do are let go after it, but none that came later', async () => {
    const { store, ports } = desk.work;
    const aHeld = (_id: string) => anOutboxMail(store, { _id, channel: 'many', ...braked });
    for (let n = 0; n < 52; n += 1) await aHeld(`many-${n}`);
    const asked = await ada('POST', '/v1/outbox/held/release', { body: { channel: 'many' } });
    expect(asked.body).toEqual({ changed: 50, left: 2 });
    const audited = (await ada('GET', '/v1/audit?what=outbox.release-held')).body.items;
    expect(audited).toMatchObject([{ who: 'ada', about: 'many', after: { changed: 50, left: 2 } }]);
    const heldOf = async () => (await store.outbox.list({ state: 'held', channel: 'many' })).map(({ _id }) => _id);
    expect(await heldOf()).toHaveLength(2);
    const later = { ...ports, now: () => new Date(Date.now() + 60_000) };
    await anOutboxMail(store, { _id: 'later', channel: 'many', ...braked, queuedAt: later.now() });
    expect(await actOnHeld(later, AbortSignal.abort())).toBe(0);
    expect(await store.heldActs.get('many')).toMatchObject({ what: 'release', by: 'ada' });
    expect(await actOnHeld(later, new AbortController().signal)).toBe(2);
    expect(await heldOf()).toEqual(['later']);
    expect(await store.heldActs.get('many')).toBeNull();
  });

  test('held mails are let go or thrown away together, one channel at a time', async () => {
    await anOutboxMail(desk.work.store, { _id: 'h1', channel: 'one', ...braked });
    await anOutboxMail(desk.work.store, { _id: 'h2', channel: 'one', ...braked });
    await anOutboxMail(desk.work.store, { _id: 'h3', channel: 'two', ...braked });
    expect((await ada('POST', '/v1/outbox/held/release', { body: { channel: 'one' } })).body).toEqual({
      changed: 2,
      left: 0,
    });
    expect([await stateOf('h1'), await stateOf('h3')]).toEqual(['queued', 'held']);
    const sue = await desk.as('sue');
    expect((await sue('POST', '/v1/outbox/held/discard', { body: {} })).body).toEqual({ changed: 0, left: 0 });
    expect((await ada('POST', '/v1/outbox/held/discard', { body: { channel: 'two' } })).body).toEqual({
      changed: 1,
      left: 0,
    });
    expect(await stateOf('h3')).toBe('discarded');
  });

  test.each(['release', 'discard'])('an answer that waits for its author is not meant by "%s all"', async (what) => {
    const channel = `his-${what}`;
    await anOutboxMail(desk.work.store, { _id: `mine-${what}`, channel, kind: 'reply', heldBecause: 'newer mail' });
    await anOutboxMail(desk.work.store, { _id: `flow-${what}`, channel, ...braked });
    const { body } = await ada('POST', `/v1/outbox/held/${what}`, { body: { channel } });
    expect(body).toEqual({ changed: 1, left: 0 });
    expect(await stateOf(`mine-${what}`)).toBe('held');
  });

  test('the ledger is read page by page without losing or repeating an entry of the same moment', async () => {
    const at = new Date('2026-01-01T00:00:00Z');
    for (const n of [1, 2, 3, 4, 5])
      await anEntry(desk.work.store, {
        _id: `smtp:support:p${n}`,
        receivedAt: n < 4 ? at : new Date(at.getTime() + n),
      });
    const ids: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 10; pages += 1) {
      const { body } = await ada(
        'GET',
        `/v1/ledger?until=2026-01-02T00:00:00Z&limit=2${cursor && `&cursor=${cursor}`}`,
      );
      ids.push(...body.items.map((each: { id: string }) => each.id));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });

  test('deliveries are counted by verdict', async () => {
    const { body } = await ada('GET', '/v1/ledger/counts?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z');
    expect(body.items).toEqual([{ verdict: 'started', entries: 5, offers: 5 }]);
  });

  test('only what was kept back can be released; the audit log says by whom', async () => {
    await anEntry(desk.work.store, { _id: 'smtp:support:b', verdict: 'blocked' });
    expect((await ada('POST', `/v1/ledger/${encodeURIComponent('smtp:support:b')}/release`)).status).toBe(200);
    expect(desk.redriven).toContain('smtp:support:b');
    const started = await ada('POST', `/v1/ledger/${encodeURIComponent('smtp:support:p1')}/release`);
    expect(started.body).toMatchObject({ code: 'wrong-state', state: 'started' });
    await anEntry(desk.work.store, { _id: 'smtp:nowhere:h', channel: 'nowhere', verdict: 'held' });
    const early = await ada('POST', `/v1/ledger/${encodeURIComponent('smtp:nowhere:h')}/release`);
    expect(early.body).toMatchObject({ code: 'wrong-state', detail: expect.stringMatching(/"nowhere" is gone/) });
    const audit = (await ada('GET', '/v1/audit?what=ledger.release')).body.items;
    expect(audit[0]).toMatchObject({ who: 'ada', about: 'smtp:support:b' });
  });

  test('engagements are shown to everybody, and a supervisor can end one', async () => {
    const { store } = desk.work;
    await aStoredEnquiry(store, { _id: 'eng' });
    await store.engagements.bind({
      channel: 'support',
      contact: 'c-1',
      agent: 'bob',
      expiresMs: 1000_000,
      whenUnavailable: 'wait',
      enquiry: 'eng',
      now: new Date(),
    });
    const carl = await desk.as('carl');
    expect((await carl('GET', '/v1/engagements?agent=bob')).body.items).toMatchObject([
      { contact: 'c-1', agent: 'bob', enquiry: 'eng' },
    ]);
    expect((await carl('GET', '/v1/engagements/support/c-1')).body).toMatchObject({ agent: 'bob', enquiry: 'eng' });
    expect((await carl('DELETE', '/v1/engagements/support/c-1')).body.code).toBe('wrong-role');
    const sue = await desk.as('sue');
    expect((await sue('DELETE', '/v1/engagements/support/c-1')).status).toBe(204);
    expect((await sue('DELETE', '/v1/engagements/support/c-1')).status).toBe(404);
    expect((await carl('GET', '/v1/engagements/support/c-1')).status).toBe(404);
  });

  test("a contact's names are edited by who may see him", async () => {
    const { contact } = await desk.work.store.contacts.upsertBySender({
      address: 'bo@customers.test',
      name: 'Bo Case',
      by: 'x',
      enquiry: 'eng',
      now: new Date(),
    });
    const edited = await ada('PATCH', `/v1/contacts/${contact._id}`, { body: { firstName: 'Bo', lastName: 'Case' } });
    expect(edited.body).toMatchObject({ firstName: 'Bo', lastName: 'Case', addresses: ['bo@customers.test'] });
  });
});
