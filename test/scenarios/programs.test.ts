import { createHmac } from 'node:crypto';
import { aFlow } from '../support/a-flow';
import { colleagueByToken, type Answer, type Colleague, type Problem } from '../support/colleague';
import { mailFor } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, close, messagesOf, offersOf, reply, ringAt, says } from '../support/desk-work';
import { found } from '../support/found';
import { startOtherSystem, type Heard, type OtherSystem } from '../support/other-system';
import { aGroup } from '../support/settings-work';
import { expectNothingPersonal } from '../support/temporal-view';

jest.setTimeout(300_000);

interface Told {
  id: string;
  type: string;
  data: {
    enquiry: { id: string; channel: string; assignee?: string };
    offer?: { id: string; agents: string[] };
    message?: { id: string };
  };
}
interface Made {
  secret: string;
  webhook: { id: string };
}

interface Drafts {
  items: { agent: string; name: string; draft: { text: string; digest: string } }[];
}

const eventOf = ({ body }: Heard): Told => JSON.parse(body) as Told;

describe('programs that hear of events and serve as agents', () => {
  let desk: DemoDesk;
  let other: OtherSystem;
  let secret: string;

  beforeAll(async () => {
    [desk, other] = [await startDemoDesk(), await startOtherSystem()];
    const { admin } = desk;
    const connection = { id: 'listener', title: 'Listener', baseUrl: other.url, allowInternal: true };
    await admin.post('/v1/connections', { ...connection, methods: ['POST'] });
    const webhook = { id: 'all', title: 'Everything', connection: 'listener', path: '/events' };
    secret = (await admin.post<Made>('/v1/event-webhooks', webhook)).secret;
  });
  afterAll(async () => {
    await desk?.product.remove();
    await other?.stop();
  });
  beforeEach(() => {
    other.does({ json: {} });
  });

  const heardOf = (enquiry: string): Heard[] =>
    other.heard.filter((each) => each.path === '/events' && eventOf(each).data.enquiry.id === enquiry);
  const hears = (enquiry: string, type: string): Promise<Told> =>
    found(
      `the event ${type}`,
      async () =>
        heardOf(enquiry)
          .map(eventOf)
          .find((each) => each.type === type) ?? null,
    );

  /** Adds a program and signs it in by a token an admin makes. */
  async function aProgram(id: string, service: 'draft' | 'reply'): Promise<Colleague> {
    const { admin, product } = desk;
    const user = { id, email: `${id}@localhost`, name: `Program ${id}`, role: 'agent', service };
    const { invitation } = await admin.post<{ invitation: unknown }>('/v1/users', user);
    expect(invitation).toBeNull();
    const made = { name: 'for the test', expiresInDays: 1 };
    const { token } = await admin.post<{ token: string }>(`/v1/users/${id}/tokens`, made);
    return colleagueByToken(product, id, token);
  }

  test('another system is told of the whole life of an enquiry, signed, and of nothing that people wrote', async () => {
    const { ann, admin } = desk;
    await aGroup(admin, 'told', [ann]);
    const to = await desk.addressOf(aFlow({ id: 'told', destinations: [{ group: 'told' }] }));
    const from = 'vera.private@customers.example';
    const { id } = await desk.write({ to, from, subject: 'Canary subject', text: 'Canary words.' });
    const ring = await hears(id, 'offer.made');
    expect(ring.data).toMatchObject({ enquiry: { id, channel: 'told' }, offer: { agents: ['ann'] } });
    await acceptRing(ann, id);
    await admin.post(`/v1/enquiries/${id}/tags`, { add: ['vip'] });
    await reply(ann, id, 'Canary answer.');
    const sent = await hears(id, 'message.sent');
    const messages = await messagesOf(admin, id);
    expect(messages.map((each) => each.id)).toContain(sent.data.message?.id);
    await close(ann, id);
    await hears(id, 'enquiry.closed');
    const types = heardOf(id).map((each) => eventOf(each).type);
    expect(new Set(types)).toEqual(
      new Set([
        'enquiry.started',
        'offer.made',
        'enquiry.assigned',
        'enquiry.tagged',
        'message.sent',
        'enquiry.closed',
      ]),
    );
    expect((await hears(id, 'enquiry.assigned')).data.enquiry.assignee).toBe('ann');
    expect(JSON.stringify(heardOf(id))).not.toMatch(/canary|vera/i);
    for (const { headers, body } of heardOf(id)) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      const signature = createHmac('sha256', key).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${signature}`);
      expect(headers['webhook-id']).toBe(eventOf({ body } as Heard).id);
    }
  });

  test('an event that the other side refused, or whose teller was killed, is told later under the same id', async () => {
    const { ann, admin, product } = desk;
    await aGroup(admin, 'told-later', [ann]);
    const to = await desk.addressOf(aFlow({ id: 'told-later', destinations: [{ group: 'told-later' }] }));
    other.does({ status: 500 });
    const { id } = await desk.write({ to, from: 'lars.later@customers.example' });
    await ringAt(ann, id);
    await found('a refused event', async () => (heardOf(id).length > 0 ? true : null));
    const failing = await found('the webhook to say so', async () => {
      const webhook = await admin.get<{ failing: object | null; waiting: number }>('/v1/event-webhooks/all');
      return webhook.failing && webhook.waiting > 0 ? webhook : null;
    });
    expect(failing.failing).toMatchObject({ why: 'it refused (status 500)' });
    await product.kill();
    other.does({ json: {} });
    await product.start();
    await says(ann, 'available');
    const ids = (): string[] => heardOf(id).map((each) => eventOf(each).id);
    await found('it to be told again', async () => (ids().length > new Set(ids()).size ? true : null));
    await found('nothing to wait', async () => {
      const webhook = await admin.get<{ failing: object | null; waiting: number }>('/v1/event-webhooks/all');
      return webhook.failing === null && webhook.waiting === 0 ? true : null;
    });
  });

  test('IN7.1 a program hears of its offers by its webhook, accepts, answers and closes with nothing but its token', async () => {
    const { admin } = desk;
    const bot = await aProgram('answerer', 'reply');
    await aGroup(admin, 'machines', [bot]);
    const own = { id: 'answerer', title: 'Its own', connection: 'listener', path: '/answerer', agent: 'answerer' };
    await admin.post('/v1/event-webhooks', { ...own, events: ['offer.made'] });
    await says(bot, 'available');
    const to = await desk.addressOf(aFlow({ id: 'machines', destinations: [{ group: 'machines' }] }));
    const from = 'quentin@customers.example';
    const { id } = await desk.write({ to, from, text: 'When are you open?' });
    const ring = await found('the program to be told', async () => {
      const told = other.heard.filter((each) => each.path === '/answerer').map(eventOf);
      return told.find((each) => each.data.enquiry.id === id) ?? null;
    });
    await bot.post(`/v1/offers/${ring.data.offer?.id ?? ''}/accept`);
    expect(await messagesOf(bot, id)).toMatchObject([{ direction: 'in', text: expect.stringContaining('open?') }]);
    await reply(bot, id, 'From nine to five.');
    const answer = await mailFor(desk.product, from, (mail) => mail.text.includes('From nine to five.'));
    expect(answer.subject).toMatch(/^Re: /);
    const writtenBy = { kind: 'program', id: 'answerer', draftedBy: null };
    expect(await messagesOf(admin, id)).toMatchObject([{ writtenBy: null }, { direction: 'out', writtenBy }]);
    await close(bot, id);
  });

  test('IN7.2 what a program drafted is sent by the person it hands over to, and the thread says who wrote it', async () => {
    const { admin, bob } = desk;
    const bot = await aProgram('writer', 'draft');
    await aGroup(admin, 'writers', [bot]);
    await aGroup(admin, 'senders', [bob]);
    await says(bot, 'available');
    const to = await desk.addressOf(aFlow({ id: 'writers', destinations: [{ group: 'writers' }] }));
    const from = 'wilma@customers.example';
    const { id } = await desk.write({ to, from, text: 'Do you deliver on Sundays?' });
    await acceptRing(bot, id);
    // As a program that has not said which mail it read.
    await bot.put(`/v1/enquiries/${id}/draft`, { text: 'Yes, until noon.', seen: null });
    await admin.put(`/v1/enquiries/${id}/draft`, { text: 'Not for others to read.' });
    await bot.post(`/v1/enquiries/${id}/transfer`, { to: { group: 'senders' }, note: 'Drafted.' });
    await ringAt(bob, id);
    expect((await bob.get<Drafts>(`/v1/enquiries/${id}/drafts`)).items).toEqual([]);
    await acceptRing(bob, id);
    const { items } = await bob.get<Drafts>(`/v1/enquiries/${id}/drafts`);
    expect(items).toMatchObject([{ agent: 'writer', name: 'Program writer', draft: { text: 'Yes, until noon.' } }]);

    const send = (body: object): Promise<Answer<Problem>> => bob.ask('POST', `/v1/enquiries/${id}/replies`, body);
    expect((await send({ draftOf: 'admin' })).body.code).toBe('draft-unknown');
    expect((await send({ draftOf: 'writer' })).body.code).toBe('newer-message');
    expect((await send({ draftOf: 'writer', expectedDigest: 'another' })).body.code).toBe('changed-meanwhile');
    const [mail, note] = await messagesOf(bob, id);
    const sent = { draftOf: 'writer', seen: mail?.id, subject: 'Sundays', expectedDigest: items[0]?.draft.digest };
    expect((await send(sent)).status).toBe(200);
    expect((await send({ draftOf: 'writer' })).body.code).toBe('draft-unknown');
    const answer = await mailFor(desk.product, from, (each) => each.text.includes('Yes, until noon.'));
    expect(answer.subject).toBe('Sundays');

    expect(mail?.writtenBy).toBeNull();
    expect(note?.writtenBy).toEqual({ kind: 'program', id: 'writer', draftedBy: null });
    const thread = await messagesOf(bob, id);
    expect(thread.at(-1)?.writtenBy).toEqual({ kind: 'agent', id: 'bob', draftedBy: 'writer' });
    const { tales } = await admin.get<{ tales: object[] }>(`/v1/trace?word=${from}`);
    expect(JSON.stringify(tales)).toContain('drafted by program Program writer (writer), sent by ');
    await close(bob, id);
  });

  test('IN7.3 a program answers no automatic mail, though it may hand it over', async () => {
    const { admin, bob } = desk;
    const bot = await aProgram('careful', 'reply');
    await aGroup(admin, 'careful', [bot]);
    await aGroup(admin, 'people', [bob]);
    await says(bot, 'available');
    const to = await desk.addressOf(aFlow({ id: 'careful', destinations: [{ group: 'careful' }] }));
    const headers = { 'Auto-Submitted': 'auto-generated' };
    const { id } = await desk.write({ to, from: 'monitor@machines.example', headers });
    await acceptRing(bot, id);
    const refused = await bot.ask('POST', `/v1/enquiries/${id}/replies`, { text: 'Thank you, machine.' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'automatic-mail' } });
    await bot.post(`/v1/enquiries/${id}/transfer`, { to: { group: 'people' }, note: 'A machine wrote this.' });
    await acceptRing(bob, id);
  });

  test('a program that may only draft answers nobody; it cannot sign in, and its token opens no settings', async () => {
    const { admin } = desk;
    const bot = await aProgram('drafter', 'draft');
    await aGroup(admin, 'drafts', [bot]);
    await says(bot, 'available');
    const to = await desk.addressOf(aFlow({ id: 'drafts', destinations: [{ group: 'drafts' }] }));
    const { id } = await desk.write({ to, from: 'dora@customers.example' });
    await acceptRing(bot, id);
    const refused = await bot.ask('POST', `/v1/enquiries/${id}/replies`, { text: 'I may not.' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'draft-only' } });
    const letter = { channel: 'drafts', to: 'dora@customers.example', subject: 'First', text: 'Nor may I begin.' };
    const first = await bot.ask('POST', '/v1/enquiries', letter);
    expect(first).toMatchObject({ status: 403, body: { code: 'draft-only' } });
    await bot.put(`/v1/enquiries/${id}/draft`, { text: 'A person may send this.' });
    expect(await admin.ask('POST', '/v1/users/drafter/password-link')).toMatchObject({
      body: { code: 'service-agent' },
    });
    expect((await bot.ask('GET', '/v1/channels/drafts')).status).toBe(403);
    expect((await bot.ask('POST', '/v1/tokens', { name: 'more', scopes: ['settings'], expiresInDays: 1 })).status).toBe(
      403,
    );
    const lead = await admin.ask('PATCH', '/v1/users/drafter', { role: 'supervisor' });
    expect(lead).toMatchObject({ status: 400, body: { code: 'wrong-body' } });
  });

  test('a program that is gone misses its offers like anybody, and is asked no more', async () => {
    const { admin, bob } = desk;
    const bot = await aProgram('silent', 'reply');
    await aGroup(admin, 'silent', [bot, bob], { strategy: 'roundRobin' });
    await says(bot, 'available');
    const to = await desk.addressOf(
      aFlow({ id: 'silent', destinations: [{ group: 'silent' }], ring: { timeout: '1s' } }),
    );
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const { id } = await desk.write({ to, from: `s${number}@customers.example` });
      await acceptRing(bob, id);
      await close(bob, id);
    }
    const { presence } = await admin.get<{ presence: { word: string } }>('/v1/agents/silent');
    expect(presence.word).toBe('notResponding');
    expect(await offersOf(bot)).toEqual([]);
  });

  test('neither a secret of a webhook nor a word of a mail stands in a history', async () => {
    const compared = await expectNothingPersonal(desk.product, desk.admin, [secret, 'vera.private', 'Canary words']);
    expect(compared.histories).toBeGreaterThan(3);
    expect(desk.product.output()).not.toContain(secret);
    expect(JSON.stringify(await desk.admin.get('/v1/event-webhooks'))).not.toContain(secret.slice(6, 20));
  });
});
