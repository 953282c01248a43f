import { aFlow } from '../support/a-flow';
import { anAnswerTo, anEmail, mailFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptRing, enquiryOf, enquiryWhen, says, verdictOn } from '../support/desk-work';
import { found } from '../support/found';
import { aGroup } from '../support/settings-work';

jest.setTimeout(300_000);

interface ContactPage {
  id: string;
  lastName: string;
  verified: string[];
  enquiries: string[];
}

describe('contacts who are looked for and written to', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
    await aGroup(desk.admin, 'first', [desk.ann]);
  });
  afterAll(() => desk?.product.remove());

  const contactWith = async (address: string): Promise<ContactPage> => {
    const { items } = await desk.admin.get<{ items: ContactPage[] }>(`/v1/contacts?address=${address}`);
    if (!items[0]) throw new Error(`No contact has ${address}.`);
    return items[0];
  };

  test('DK10.1 an enquiry is found by its number, people, subject, text, files and tags, by who may see it, and after a kill', async () => {
    const { admin, ann, bob, product } = desk;
    const boundary = 'part-of-the-mail';
    const file = ['Content-Type: text/plain; name="wärmepumpe-42.txt"', 'Content-Disposition: attachment', '', 'x'];
    const text = [
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      'The Heizkörper leaks. 我的订单',
      `--${boundary}`,
      ...file,
      `--${boundary}--`,
    ].join('\n');
    const mail = anEmail({
      to: await desk.addressOf(aFlow({ id: 'finding', destinations: [{ group: 'first' }] })),
      from: 'Zoë Ångström <zoe@finding.example>',
      subject: 'Quixotic radiator',
      text,
    });
    const mixed = `Content-Type: multipart/mixed; boundary="${boundary}"`;
    const raw = mail.raw.replace('Content-Type: text/plain; charset=utf-8', mixed);
    await sendMail(product, { ...mail, raw });
    const { id } = await enquiryOf(admin, mail);
    await acceptRing(ann, id);
    await ann.post(`/v1/enquiries/${id}/tags`, { add: ['plumbing'], remove: [] });
    const { number } = await admin.get<{ number: number }>(`/v1/enquiries/${id}`);
    const search = async (who: typeof ann, q: string) => {
      const page = await who.get<{
        items: { enquiry: { id: string } | null; excerpt: string | null }[];
        contacts: { lastName: string }[];
      }>(`/v1/search?q=${encodeURIComponent(q)}`);
      return { ids: page.items.map(({ enquiry }) => enquiry?.id), page };
    };
    await found('the mail in the index', async () => ((await search(ann, 'plumbing')).ids.includes(id) ? true : null));
    const queries = [
      `#${number}`,
      'zoe@finding.example',
      'zoe angstr',
      'QUIXOTIC',
      '"quixotic radiator"',
      'heizkorper',
      '订单',
      'warmepumpe',
      mail.messageId,
    ];
    for (const q of queries) expect([q, (await search(ann, q)).ids]).toEqual([q, [id]]);
    const { page } = await search(ann, 'leaks');
    expect(page.items[0]?.excerpt).toContain('Heizkörper leaks');
    expect((await search(ann, 'angstrom')).page.contacts).toMatchObject([{ lastName: 'Zoë Ångström' }]);
    const ofBob = await bob.get<{ items: object[]; contacts: object[]; next: string | null }>('/v1/search?q=quixotic');
    expect(ofBob).toEqual({ items: [], contacts: [], next: null });
    expect((await search(bob, `#${number}`)).ids).toEqual([]);

    await product.kill();
    await product.start();
    expect((await search(ann, 'quixotic')).ids).toEqual([id]);
  });

  const letter = { channel: 'first-letters', to: 'uma@first.example', subject: 'Your visit', text: 'Dear Uma.' };

  test('RO6.1 only agents of the list write first', async () => {
    const { admin, ann } = desk;
    const flow = aFlow({
      id: 'first-letters',
      destinations: [{ group: 'first' }],
      before: { hello: { type: 'auto-reply', template: 'support-received', next: 'route' } },
    });
    const bind = {
      type: 'engage' as const,
      expires: '30d',
      whenUnavailable: 'forward-to-group' as const,
      next: 'serve',
    };
    const { ring } = flow.nodes;
    if (ring?.type === 'ring') ring.next = { accepted: 'bind', timeout: 'breathe', unavailable: 'breathe' };
    await desk.addressOf({ ...flow, onTaken: 'bind', nodes: { ...flow.nodes, bind } });
    const refused = await ann.ask('POST', '/v1/enquiries', letter);
    expect([refused.status, refused.body.code]).toEqual([403, 'may-not-write-first']);
    await admin.patch('/v1/channels/first-letters', { grants: { write: { agents: ['bob'], groups: ['first'] } } });
  });

  test('RO8.1 RO8.2 an agent of the list writes first, and the answer comes back to him', async () => {
    const { admin, ann, product } = desk;
    await ann.post('/v1/enquiries', letter, 'first-letter');
    await ann.post('/v1/enquiries', letter, 'first-letter');
    const left = await mailFor(product, 'uma@first.example');
    expect(left).toMatchObject({ from: 'first-letters@localhost', subject: 'Your visit', autoSubmitted: null });
    const uma = await contactWith('uma@first.example');
    const [id = ''] = uma.enquiries;
    expect(new Set(uma.enquiries)).toEqual(new Set([id]));
    expect(await enquiryWhen(admin, id, 'answered', (page) => page.awaiting === 'contact')).toMatchObject({
      assignee: 'ann',
      status: 'ongoing',
      contact: uma.id,
      node: 'serve',
    });

    const answer = anAnswerTo(left, { from: 'Uma <uma@first.example>', text: 'Gladly.' });
    await sendMail(product, answer, left.replyTo[0]);
    expect(await verdictOn(admin, answer)).toMatchObject({ verdict: 'joined', enquiry: id });
    expect(await enquiryWhen(admin, id, 'back', (page) => page.awaiting === 'agent')).toMatchObject({
      assignee: 'ann',
    });
    expect(await contactWith('uma@first.example')).toMatchObject({ lastName: 'Uma', verified: ['uma@first.example'] });
  });

  test('RO6.2 RO6.3 whom another serves an agent leaves alone, unless that one is away', async () => {
    const { admin, ann, bob } = desk;
    const uma = await contactWith('uma@first.example');
    const ofBob = await bob.ask<{ code: string; by: string; detail: string }>('POST', '/v1/enquiries', letter);
    expect(ofBob).toMatchObject({ status: 409, body: { code: 'bound-to-other', by: 'ann' } });
    expect(ofBob.body.detail).toContain('note');
    await admin.patch(`/v1/contacts/${uma.id}`, { owner: 'bob' });
    const note = { channel: 'first-letters', text: 'Please send her the list.' };
    expect((await bob.ask('POST', `/v1/contacts/${uma.id}/agent-notes`, note)).status).toBe(204);
    const { items } = await ann.get<{ items: { sort: string; text: string }[] }>('/v1/notices');
    expect(items).toContainEqual(
      expect.objectContaining({ sort: 'agent-note', text: expect.stringContaining('the list') }),
    );
    await says(ann, 'away');
    const away = await bob.ask('POST', '/v1/enquiries', { ...letter, subject: 'Another matter' });
    expect([away.status, away.body.code]).toEqual([200, undefined]);
    await says(ann, 'available');
  });
});
