import { aMessage, anEntry, anOutboxMail, aStoredEnquiry } from './stored';
import { startDesk, type Ask, type Desk } from './desk';

type Who = 'ann' | 'carl' | 'gwen' | 'sue' | 'otto' | 'ada' | 'nobody';

/**
 * Who sees what: ann is of the group support; carl of none; gwen was granted the address; sue supervises support; otto
 * supervises another group; ada is admin.
 */
describe('what a person may see', () => {
  let desk: Desk;
  let asks: Record<Who, Ask>;
  beforeAll(async () => {
    desk = await startDesk();
    const { store } = desk.work;
    await store.groups.save('other', { title: 'Other', agents: ['carl'], strategy: 'none', ringTimeoutMs: null });
    await desk.aUser({ id: 'gwen', role: 'agent', channels: ['support'] });
    await desk.aUser({ id: 'otto', role: 'supervisor', groups: ['other'] });
    const { contact } = await store.contacts.upsertBySender({
      address: 'mia@customers.test',
      name: 'Mia',
      by: 'led-1',
      enquiry: 'enq',
      now: new Date(),
    });
    await aStoredEnquiry(store, { _id: 'enq', number: 17, group: 'support', contact: contact._id });
    await aStoredEnquiry(store, { _id: 'bound', number: 18, assignee: 'bob' });
    const { sha256, bytes } = await store.blobs.put(Buffer.from('<script>alert(1)</script>'));
    await aMessage(store, {
      _id: 'msg',
      enquiry: 'enq',
      blob: sha256,
      attachments: [
        { name: 'evil "ü\r\n.html', type: 'text/html', bytes, blob: sha256, inline: false, contentId: null },
      ],
    });
    await anEntry(store, { _id: 'smtp:support:led-1', enquiry: 'enq', message: 'msg' });
    const refusedMail = { helo: 'mx', from: 'big@customers.test', headerFrom: null, messageId: null, subject: null };
    for (const channels of [['support'], []]) {
      const what = { to: ['x@desk.test'], channels, bytes: 1, code: 552, answer: '5.3.4 too large' };
      await store.refusedMails.add({ ...refusedMail, ...what, at: new Date(), server: '192.0.2.7' });
    }
    const announced = { ...refusedMail, from: 'huge@customers.test', to: [], channels: [], bytes: 9e9 };
    await store.refusedMails.add({ ...announced, at: new Date(), server: '192.0.2.7', code: 552, answer: 'too large' });
    await anEntry(store, { _id: 'smtp:support:led-2', verdict: 'blocked', from: 'spam@bad.test' });
    await anOutboxMail(store, { _id: 'out', enquiry: 'enq' });
    await anOutboxMail(store, { _id: 'system', kind: 'system' });
    const people = ['ann', 'carl', 'gwen', 'sue', 'otto', 'ada'] as const;
    asks = { nobody: desk.nobody } as Record<Who, Ask>;
    for (const who of people) asks[who] = await desk.as(who);
  });
  afterAll(() => desk.stop());

  const contactId = () => desk.work.store.contacts.idOf('mia@customers.test');
  const led = (n: number) => encodeURIComponent(`smtp:support:led-${n}`);
  const [seen, hidden, role] = [200, 404, 403];
  type Row = [string, () => string, Partial<Record<Who, number>>];
  const rows: Row[] = [
    [
      'an enquiry',
      () => '/v1/enquiries/enq',
      { ann: seen, gwen: seen, sue: seen, ada: seen, carl: hidden, otto: hidden, nobody: 401 },
    ],
    [
      'its messages',
      () => '/v1/enquiries/enq/messages',
      { ann: seen, sue: seen, carl: hidden, otto: hidden, nobody: 401 },
    ],
    ['its timeline', () => '/v1/enquiries/enq/timeline', { ann: seen, carl: hidden, nobody: 401 }],
    ['its decisions', () => '/v1/enquiries/enq/decisions', { ann: seen, carl: hidden, nobody: 401 }],
    ['its draft', () => '/v1/enquiries/enq/draft', { ann: seen, carl: hidden }],
    [
      'a message',
      () => '/v1/messages/msg',
      { ann: seen, gwen: seen, sue: seen, ada: seen, carl: hidden, otto: hidden, nobody: 401 },
    ],
    [
      'an attachment',
      () => '/v1/messages/msg/attachments/0',
      { ann: seen, gwen: seen, sue: seen, ada: seen, carl: hidden, otto: hidden, nobody: 401 },
    ],
    ['an attachment that is not there', () => '/v1/messages/msg/attachments/1', { ann: hidden, ada: hidden }],
    ['a raw mail', () => '/v1/messages/msg/raw', { sue: seen, ada: seen, ann: role, otto: hidden, nobody: 401 }],
    [
      'the ledger entry of an enquiry',
      () => `/v1/ledger/${led(1)}`,
      { ann: seen, gwen: seen, sue: seen, ada: seen, carl: hidden, otto: hidden, nobody: 401 },
    ],
    [
      'a blocked mail',
      () => `/v1/ledger/${led(2)}`,
      { gwen: seen, ada: seen, ann: hidden, carl: hidden, sue: hidden, otto: hidden },
    ],
    ['the raw mail of an entry', () => `/v1/ledger/${led(1)}/raw`, { sue: seen, ada: seen, ann: role, otto: hidden }],
    [
      'a mail of an enquiry that leaves',
      () => '/v1/outbox/out',
      { ann: seen, gwen: seen, sue: seen, ada: seen, carl: hidden, otto: hidden },
    ],
    ['a system mail', () => '/v1/outbox/system', { gwen: seen, ada: seen, ann: hidden, sue: hidden }],
    [
      'a contact',
      () => `/v1/contacts/${contactId()}`,
      { ann: seen, gwen: seen, sue: seen, ada: seen, carl: hidden, otto: hidden, nobody: 401 },
    ],
    [
      'an enquiry at a bound agent of his group',
      () => '/v1/enquiries/bound',
      { sue: seen, ada: seen, gwen: seen, ann: hidden, otto: hidden, carl: hidden },
    ],
    ['users', () => '/v1/users', { sue: seen, ada: seen, ann: role, nobody: 401 }],
    ['the audit log', () => '/v1/audit', { ada: seen, sue: role, ann: role, nobody: 401 }],
    ['settings of a channel', () => '/v1/channels/support', { ada: seen, sue: role, ann: role, nobody: 401 }],
    ['figures of the process', () => '/metrics', { ada: seen, sue: role, ann: role, nobody: 401 }],
    ['whether it lives', () => '/healthz', { nobody: seen }],
    ['the document', () => '/openapi.json', { nobody: seen }],
  ];
  const cases = rows.flatMap(([what, path, expected]) =>
    Object.entries(expected).map(([who, status]) => ({ what, path, who: who as Who, status })),
  );

  test.each(cases)('$who asks for $what: $status', async ({ who, path, status }) => {
    expect((await asks[who]('GET', path())).status).toBe(status);
  });

  const ids = (body: { items: { id: string }[] }): string[] => body.items.map(({ id }) => id).toSorted();

  test.each([
    ['ann', ['enq']],
    ['gwen', ['bound', 'enq']],
    ['sue', ['bound', 'enq']],
    ['ada', ['bound', 'enq']],
    ['carl', []],
    ['otto', []],
  ] as const)('the list of %s holds %j', async (who, expected) => {
    expect(ids((await asks[who]('GET', '/v1/enquiries')).body)).toEqual(expected);
  });

  test.each([
    ['ann', 1],
    ['carl', 0],
    ['gwen', 2],
    ['ada', 2],
  ] as const)('the ledger of %s has %i entries, and the trace tells him no more', async (who, count) => {
    const { items } = (await asks[who]('GET', '/v1/ledger')).body;
    expect(items).toHaveLength(count);
    const spam = (await asks[who]('GET', '/v1/trace?word=spam@bad.test')).body;
    expect(spam.tales).toHaveLength(count === 2 ? 1 : 0);
    const refused = (await asks[who]('GET', '/v1/trace?word=big@customers.test')).body;
    // Of those for an address that was granted, and of those for none the admin alone.
    expect(refused.tales).toHaveLength(who === 'ada' ? 2 : count === 2 ? 1 : 0);
    // Refused before anybody was named: told to whoever knows its sender.
    const huge = (await asks[who]('GET', '/v1/trace?word=huge@customers.test')).body;
    expect(huge.tales).toMatchObject([{ title: expect.stringContaining('refused before it was sent') }]);
    const mia = (await asks[who]('GET', '/v1/trace?word=mia@customers.test')).body;
    expect(mia.tales).toHaveLength(count === 0 ? 0 : 1);
    expect(mia.nothing === null).toBe(count > 0);
    const byNumber = (await asks[who]('GET', '/v1/trace?word=17')).body;
    expect(byNumber.tales).toHaveLength(count === 0 ? 0 : 1);
  });

  test.each([
    ['take', {}],
    ['replies', { text: 'x' }],
    ['notes', { text: 'x' }],
    ['transfer', { to: { group: 'support' } }],
    ['tags', { add: ['x'] }],
    ['close', {}],
  ])('nobody acts (%s) on what he does not see', async (path, body) => {
    const answer = await asks.carl('POST', `/v1/enquiries/enq/${path}`, { body });
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  });

  test('a contact is found by address only by those who see one of his enquiries', async () => {
    const by = async (who: Who) =>
      (await asks[who]('GET', '/v1/contacts?address=Mia@customers.test')).body.items.length;
    expect([await by('ann'), await by('carl')]).toEqual([1, 0]);
  });

  test('an attachment comes as a download that nothing can run', async () => {
    const { headers } = await asks.ann('GET', '/v1/messages/msg/attachments/0');
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toBe(
      `attachment; filename="evil ____.html"; filename*=UTF-8''evil%20%22%C3%BC%0D%0A.html`,
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(headers['cache-control']).toBe('no-store');
  });

  test('an attachment is not reached by its digest', async () => {
    const { sha256 } = await desk.work.store.blobs.put(Buffer.from('<script>alert(1)</script>'));
    expect((await asks.ada('GET', `/v1/messages/${sha256}`)).status).toBe(404);
  });

  test('agents change only their own mails; supervisors those they see', async () => {
    expect((await asks.gwen('POST', '/v1/outbox/out/discard')).body.code).toBe('wrong-role');
    expect((await asks.otto('POST', '/v1/outbox/out/discard')).status).toBe(404);
    expect((await asks.ann('POST', '/v1/outbox/out/discard')).body.state).toBe('discarded');
  });
});
