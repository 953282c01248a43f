import { aFlow } from '../support/a-flow';
import { anAnswerTo, mailFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, close, reply, verdictOn } from '../support/desk-work';
import { startOtherSystem, type OtherSystem } from '../support/other-system';
import { aGroup } from '../support/settings-work';

jest.setTimeout(300_000);

interface ContactPage {
  id: string;
  firstName: string;
  lastName: string;
  addresses: string[];
  verified: string[];
  tags: string[];
  account: string | null;
  custom: Record<string, unknown>;
  enquiries: string[];
  merged: { contact: string; address: string }[];
}

interface TimelinePage {
  items: {
    kind: string;
    enquiry: { id: string; channel: string } | null;
    message: { direction: string; newText: string } | null;
  }[];
  hidden: number;
  next: string | null;
}

describe('contacts', () => {
  let desk: DemoDesk;
  let shop: OtherSystem;
  beforeAll(async () => {
    [desk, shop] = [await startDemoDesk(), await startOtherSystem()];
    await aGroup(desk.admin, 'first', [desk.ann]);
    await aGroup(desk.admin, 'second', [desk.bob]);
  });
  afterAll(async () => {
    await desk?.product.remove();
    await shop?.stop();
  });

  const contactWith = async (address: string): Promise<ContactPage> => {
    const { items } = await desk.admin.get<{ items: ContactPage[] }>(`/v1/contacts?address=${address}`);
    if (!items[0]) throw new Error(`No contact has ${address}.`);
    return items[0];
  };
  /** A channel whose mail rings at one agent only. */
  const addressAt = (id: string, group: 'first' | 'second') => desk.addressOf(aFlow({ id, destinations: [{ group }] }));

  test('IN2.1 IN2.2 the sender is kept with the full name in the last name, until an agent edits it', async () => {
    const to = await addressAt('names', 'first');
    const first = await desk.write({ to, from: 'Mia <mia@names.example>' });
    await acceptRing(desk.ann, first.id);
    const made = await contactWith('mia@names.example');
    expect(made).toMatchObject({ firstName: '', lastName: 'Mia', enquiries: [first.id] });

    await desk.write({ to, from: 'Mia Wong <MIA@names.example>' });
    expect(await contactWith('mia@names.example')).toMatchObject({ id: made.id, firstName: '', lastName: 'Mia Wong' });

    await desk.ann.patch(`/v1/contacts/${made.id}`, { firstName: 'Mia', lastName: 'Wong-Lee' });
    await desk.write({ to, from: 'Somebody Else <mia@names.example>' });
    expect(await contactWith('mia@names.example')).toMatchObject({ firstName: 'Mia', lastName: 'Wong-Lee' });
    const { items } = await desk.ann.get<{ items: object[] }>(`/v1/contacts/${made.id}/history`);
    expect(items).toMatchObject([{ by: 'ann', before: { lastName: 'Mia Wong' }, after: { lastName: 'Wong-Lee' } }]);
  });

  test('a contact has an account by his domain, tags, fields that an admin defined, and nothing else', async () => {
    const to = await addressAt('fields', 'first');
    const { id } = await desk.write({ to, from: 'Lea <lea@acme.example>' });
    await acceptRing(desk.ann, id);
    await desk.admin.put('/v1/accounts/acme', { name: 'Acme', owner: 'ann', domains: ['acme.example'] });
    await desk.admin.put('/v1/contact-fields/tier', { title: 'Tier', kind: 'choice', choices: ['gold', 'tin'] });
    const lea = await contactWith('lea@acme.example');
    expect(lea).toMatchObject({ account: 'acme' });
    await desk.ann.patch(`/v1/contacts/${lea.id}`, { tags: ['press'], custom: { tier: 'gold' } });
    expect(await contactWith('lea@acme.example')).toMatchObject({ tags: ['press'], custom: { tier: 'gold' } });
    const refused = await desk.ann.ask<{ findings: object[] }>('PATCH', `/v1/contacts/${lea.id}`, {
      custom: { tier: 'lead', size: 4 },
      owner: 'nobody',
    });
    expect(refused.status).toBe(400);
    expect(refused.body.findings).toMatchObject([
      { where: 'owner' },
      { where: 'custom.tier' },
      { where: 'custom.size' },
    ]);
  });

  test('DK5.1 who answers our mail from another address is suggested, merged, one person everywhere, and parted again', async () => {
    const { product, admin, ann, bob } = desk;
    const to = await addressAt('merging', 'first');
    const { id } = await desk.write({ to, from: 'Kim <kim@work.example>' });
    await acceptRing(ann, id);
    await reply(ann, id, 'We look into it.');
    const answer = await mailFor(product, 'kim@work.example');
    const ownWord = anAnswerTo(answer, { from: 'Kim <kim@work.example>', text: 'Thanks.' });
    await sendMail(product, ownWord, answer.replyTo[0]);
    await verdictOn(admin, ownWord);
    expect(await contactWith('kim@work.example')).toMatchObject({ verified: ['kim@work.example'] });

    const fromHome = anAnswerTo(answer, { from: 'K <kim@home.example>', text: 'From home.' });
    await sendMail(product, fromHome, answer.replyTo[0]);
    await verdictOn(admin, fromHome);
    const [work, home] = [await contactWith('kim@work.example'), await contactWith('kim@home.example')];
    const { items } = await ann.get<{ items: { contact: string; why: string }[] }>(
      `/v1/contacts/${work.id}/suggestions`,
    );
    expect(items).toMatchObject([{ contact: home.id, why: expect.stringContaining('answered') }]);

    // Bound to ann by the one address, so that mail from the other rings her too.
    const bound = await desk.addressOf(aFlow({ id: 'bound-kim', destinations: [{ group: 'second' }], before: {} }));
    const early = await desk.write({ to: bound, from: 'K <kim@home.example>' });
    await acceptRing(bob, early.id);
    expect((await ann.ask('POST', `/v1/contacts/${work.id}/merge`, { contact: home.id })).status).toBe(200);
    const one = await contactWith('kim@home.example');
    expect(one).toMatchObject({ id: work.id, lastName: 'Kim', addresses: ['kim@work.example', 'kim@home.example'] });
    expect(new Set(one.enquiries)).toEqual(new Set([id, early.id]));
    const fromHomeAgain = anAnswerTo(answer, { from: 'K <kim@home.example>', text: 'Home again.' });
    await sendMail(product, fromHomeAgain, answer.replyTo[0]);
    const { message } = await verdictOn(admin, fromHomeAgain);
    expect(await admin.get(`/v1/messages/${encodeURIComponent(message ?? '')}`)).toMatchObject({ otherSender: false });

    expect((await ann.ask('DELETE', `/v1/contacts/${work.id}/merge/${home.id}`)).status).toBe(200);
    expect(await contactWith('kim@home.example')).toMatchObject({ id: home.id, lastName: 'K' });
    expect(await contactWith('kim@work.example')).toMatchObject({ addresses: ['kim@work.example'] });
  });

  test('an address belongs to one contact, and a further one brings its mail to him', async () => {
    const to = await addressAt('further', 'first');
    const { id } = await desk.write({ to, from: 'Pat <pat@one.example>' });
    await acceptRing(desk.ann, id);
    const pat = await contactWith('pat@one.example');
    await desk.ann.post(`/v1/contacts/${pat.id}/addresses`, { address: 'Pat@Two.example' });
    const later = await desk.write({ to, from: 'P. <pat@two.example>' });
    const both = await contactWith('pat@two.example');
    expect([both.id, new Set(both.enquiries)]).toEqual([pat.id, new Set([id, later.id])]);
    const other = await desk.write({ to, from: 'Else <else@one.example>' });
    await acceptRing(desk.ann, other.id);
    const refused = await desk.ann.ask('POST', `/v1/contacts/${pat.id}/addresses`, { address: 'else@one.example' });
    expect([refused.status, refused.body.code]).toEqual([409, 'already-exists']);
  });

  test('DK4.1 the timeline of a contact holds every mail over all channels, page by page, by the reader’s rights', async () => {
    const { admin, ann, bob } = desk;
    const from = 'Tom <tom@times.example>';
    const here = await desk.write({ to: await addressAt('times-first', 'first'), from, text: 'To the first.' });
    await acceptRing(ann, here.id);
    const there = await desk.write({ to: await addressAt('times-second', 'second'), from, text: 'To the second.' });
    await acceptRing(bob, there.id);
    await ann.post(`/v1/enquiries/${here.id}/notes`, { text: 'Knows us for long.' });
    await close(ann, here.id);
    await desk.statusOf(here.id, 'closed');
    const tom = await contactWith('tom@times.example');
    const whole = await admin.get<TimelinePage>(`/v1/contacts/${tom.id}/timeline`);
    const texts = (page: TimelinePage) => page.items.map(({ kind, message }) => message?.newText.trim() ?? kind);
    expect(texts(whole)).toEqual([
      'closed',
      'Knows us for long.',
      'To the second.',
      'opened',
      'To the first.',
      'opened',
    ]);
    expect(whole).toMatchObject({ hidden: 0, next: null });

    const ofAnn = await ann.get<TimelinePage>(`/v1/contacts/${tom.id}/timeline?limit=2`);
    expect([texts(ofAnn), ofAnn.hidden]).toEqual([['closed', 'Knows us for long.'], 1]);
    const rest = await ann.get<TimelinePage>(`/v1/contacts/${tom.id}/timeline?limit=2&cursor=${ofAnn.next}`);
    expect([texts(rest), rest.next]).toEqual([['To the first.', 'opened'], null]);
    expect(JSON.stringify([ofAnn, rest])).not.toContain('times-second');
  });

  test('DK5.2 a contact links to the record of an outside CRM', async () => {
    const { id } = await desk.write({ to: await addressAt('crm-link', 'first'), from: 'Ria <ria@crm.example>' });
    await acceptRing(desk.ann, id);
    const ria = await contactWith('ria@crm.example');
    const records = [{ system: 'CRM', id: '4711', url: 'https://crm.example/people/4711' }];
    await desk.ann.patch(`/v1/contacts/${ria.id}`, { records });
    expect(await contactWith('ria@crm.example')).toMatchObject({ records });
    const script = { records: [{ system: 'CRM', id: '1', url: 'javascript:alert(1)' }] };
    expect((await desk.ann.ask('PATCH', `/v1/contacts/${ria.id}`, script)).status).toBe(400);
  });

  test('DK6.1 the sidebar shows what other systems know of a contact, from memory for a while, and says what is wrong', async () => {
    const { admin, ann } = desk;
    const { id } = await desk.write({ to: await addressAt('sidebar', 'first'), from: 'Ola <ola@shop.example>' });
    await acceptRing(ann, id);
    const ola = await contactWith('ola@shop.example');
    const connection = { id: 'shop', title: 'Shop', baseUrl: shop.url, allowInternal: true };
    await admin.post('/v1/connections', connection);
    const orders = {
      title: 'Orders',
      connection: 'shop',
      path: '/orders',
      query: { email: '{{ contact.email }}' },
      rows: '/orders',
      rowTitle: '/number',
      rowUrl: '/url',
      values: [{ title: 'Total', pointer: '/total' }],
      timeoutMs: 500,
    };
    const wrong = await admin.ask('PUT', '/v1/lookups/orders', { ...orders, path: '/{{ contact.shoe }}' });
    expect(wrong.status).toBe(400);
    await admin.put('/v1/lookups/orders', orders);
    const rows = [
      { number: 'A-17', url: 'https://shop.example/a-17', total: 12.5 },
      { number: 'A-18', url: 'javascript:alert(1)' },
    ];
    shop.does(() => ({ json: { orders: rows } }));
    const asked = () => ann.get<{ rows: object[]; problem: string | null }>(`/v1/contacts/${ola.id}/lookups/orders`);
    expect(await asked()).toMatchObject({
      title: 'Orders',
      problem: null,
      rows: [
        { title: 'A-17', url: 'https://shop.example/a-17', values: [{ title: 'Total', value: '12.5' }] },
        { title: 'A-18', url: null, values: [{ title: 'Total', value: '' }] },
      ],
    });
    await asked();
    expect(shop.heard).toMatchObject([{ method: 'GET', path: '/orders', query: { email: 'ola@shop.example' } }]);

    await admin.put('/v1/lookups/orders', { ...orders, title: 'Their orders' });
    shop.does('silence');
    expect(await asked()).toMatchObject({ rows: [], problem: 'Shop did not answer within 0.5 s.' });
    const gone = await admin.ask<{ usedBy: string[] }>('DELETE', '/v1/connections/shop');
    expect([gone.status, gone.body.usedBy]).toEqual([409, ['lookup "orders"']]);
  });
});
