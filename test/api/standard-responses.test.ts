import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { startDesk, type Ask, type Desk } from './desk';

/** Texts and signatures that agents put into their answers. */
describe('what stands ready for answers', () => {
  let desk: Desk;
  let ann: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    ann = await desk.as('ann');
  });
  afterAll(() => desk.stop());

  /** An enquiry of ann's group. */
  const served = async (): Promise<string> => {
    const id = await anEnquiry(desk.work);
    await found('it at the group', async () =>
      (await ann('GET', `/v1/enquiries/${id}`)).status === 200 ? true : null,
    );
    return id;
  };

  test('DK2.5 standard responses are written by those who may, found by words, and filled in the contact’s language', async () => {
    const [sue, bob] = [await desk.as('sue'), await desk.as('bob')];
    const path = '/v1/standard-responses';
    const german = { language: 'de', subject: '', html: '<p>Guten Tag {{ contact.name | Kundin }}</p>' };
    const any = {
      language: null,
      subject: 'About {{ enquiry.subject }}',
      html: '<p onclick="x()">Hello {{ contact.name }}, {{ agent.name }}</p>',
    };
    const body = { title: 'Greeting', shortcut: 'hi', scope: { for: 'group', group: 'support' }, texts: [any, german] };
    expect((await ann('POST', path, { body })).body.code).toBe('wrong-role');
    const kept = await sue('POST', path, { body });
    expect([kept.status, kept.body.texts[0].html]).toEqual([201, '<p>Hello {{ contact.name }}, {{ agent.name }}</p>']);
    const own = await ann('POST', path, { body: { ...body, title: 'Mine', scope: { for: 'own' }, texts: [any] } });
    const titles = async (ask: Ask, q: string) =>
      (await ask('GET', `${path}?q=${q}`)).body.items.map(({ title }: { title: string }) => title);
    expect(await titles(ann, 'hello')).toEqual(['Greeting', 'Mine']);
    expect(await titles(bob, 'hello')).toEqual(['Greeting']);
    expect(await titles(await desk.as('carl'), '')).toEqual([]);
    expect((await bob('GET', `${path}/${own.body.id}`)).status).toBe(404);

    const id = await served();
    const { store } = desk.work;
    const { contact } = (await store.enquiries.get(id)) ?? {};
    await store.contacts.change(contact ?? '', {
      fields: { firstName: '<b>Mia</b>', lastName: 'Wong' },
      by: 'ann',
      now: new Date(),
    });
    const filled = async (language?: string) =>
      (
        await ann('POST', `/v1/enquiries/${id}/filled-response`, {
          body: { response: kept.body.id, ...(language ? { language } : {}) },
        })
      ).body;
    expect((await filled()).html).toBe('<p>Hello &lt;b&gt;Mia&lt;/b&gt; Wong, Ann</p>');
    expect(await filled('de')).toMatchObject({ language: 'de', text: 'Guten Tag <b>Mia</b> Wong', findings: [] });

    const files = `${path}/${kept.body.id}/attachments`;
    const upload = (ask: Ask) =>
      ask('POST', `${files}?name=form.pdf`, { body: '%PDF-1.4 form', headers: { 'content-type': 'application/pdf' } });
    expect((await upload(ann)).body.code).toBe('wrong-role');
    const carrying = (await upload(sue)).body;
    expect(carrying.attachments).toEqual([
      { number: 0, name: 'form.pdf', type: 'application/pdf', bytes: 13, href: `${files}/0` },
    ]);
    expect((await bob('GET', `${files}/0`)).status).toBe(200);
    expect((await (await desk.as('carl'))('GET', `${files}/0`)).status).toBe(404);
    expect((await bob('GET', `${files}/7`)).status).toBe(404);
    const fill = { response: kept.body.id, attach: true };
    for (const _again of [1, 2]) {
      expect((await ann('POST', `/v1/enquiries/${id}/filled-response`, { body: fill })).body.attached).toEqual([
        'form.pdf',
      ]);
    }
    expect((await ann('GET', `/v1/enquiries/${id}/draft`)).body.attachments).toMatchObject([{ name: 'form.pdf' }]);
    expect((await sue('DELETE', `${files}/0`)).body.attachments).toEqual([]);

    const change = { ...body, title: 'Greetings', revision: carrying.revision + 1 };
    expect((await ann('PUT', `${path}/${kept.body.id}`, { body: change })).body.code).toBe('wrong-role');
    expect((await sue('PUT', `${path}/${kept.body.id}`, { body: change })).body.revision).toBe(change.revision + 1);
    expect((await sue('PUT', `${path}/${kept.body.id}`, { body: change })).body.code).toBe('changed-meanwhile');
    expect((await sue('DELETE', `${path}/${kept.body.id}`)).status).toBe(204);
    const log = (await store.audit.list({ about: kept.body.id })).map(({ what }) => what);
    expect(log.toSorted()).toEqual([
      ...Array(3).fill('standard-response.change'),
      'standard-response.create',
      'standard-response.delete',
    ]);
  });

  test('DK2.5 an agent sets his own signature and an admin anybody’s; what is dangerous in it is taken out, and the draft shows it', async () => {
    const ada = await desk.as('ada');
    const id = await served();
    const html = '<p onclick="x()">Ann<script>alert(1)</script></p><p>Returns</p>';
    const clean = { html: '<p>Ann</p><p>Returns</p>' };
    expect((await ann('PUT', '/v1/signature', { body: { html } })).body).toEqual(clean);
    expect((await ann('GET', '/v1/signature')).body).toEqual(clean);
    expect((await ann('PUT', '/v1/users/bob/signature', { body: { html } })).body.code).toBe('wrong-role');
    expect((await ada('GET', '/v1/users/ann/signature')).body).toEqual(clean);
    const shown = async () => (await ann('GET', `/v1/enquiries/${id}/draft`)).body.signature;
    expect(await shown()).toContain(clean.html);
    const head = { teamName: null, sender: null, signature: '<p>Yours</p><p>{{ agent.signature }}</p>' };
    await ada('PUT', '/v1/groups/support/letterhead', { body: head });
    expect(await shown()).toContain(`<p>Yours</p>${clean.html}`);
    expect((await ada('PUT', '/v1/users/ann/signature', { body: { html: '' } })).body).toEqual({ html: '' });
    expect(await shown()).toContain('<p>Yours</p><p>Ann</p>');
    await ada('PUT', '/v1/groups/support/letterhead', { body: { ...head, signature: null } });
  });
});
