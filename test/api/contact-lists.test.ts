import { found } from '../support/found';
import { aStoredEnquiry } from './stored';
import { jobEnded, startDesk, type Ask, type Desk } from './desk';

describe('lists of contacts', () => {
  let desk: Desk;
  let ada: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
    await ada('PUT', '/v1/contact-fields/tier', { body: { title: 'Tier', kind: 'choice', choices: ['gold', 'tin'] } });
  });
  afterAll(() => desk.stop());

  const csv = { 'content-type': 'text/csv' };
  const upload = (text: string) => ada('POST', '/v1/contact-imports?name=list.csv', { body: text, headers: csv });

  test('a list is read, mapped, previewed with the numbers of its rows, and saved as a job', async () => {
    const list = [
      'Email;Full name;Tier;Labels',
      'new@list.test;Nina New;gold;press;',
      'no address here;X;;',
      'new@list.test;Twice;;',
      'lead@list.test;Lea;lead;',
      ';;;',
      "form@list.test;'=cmd();tin;vip",
    ].join('\r\n');
    const uploaded = await upload(list);
    expect(uploaded.body).toMatchObject({
      columns: ['Email', 'Full name', 'Tier', 'Labels'],
      mapping: { Email: 'address', 'Full name': 'lastName', Tier: 'custom.tier' },
      rows: 6,
    });
    const mapping = { ...uploaded.body.mapping, Labels: 'tags' };
    const preview = await ada('POST', `/v1/contact-imports/${uploaded.body.id}/preview`, { body: { mapping } });
    expect(preview.body.counts).toEqual({ new: 2, changed: 0, same: 0, duplicate: 1, error: 2 });
    expect(preview.body.problems).toMatchObject([
      { row: 3, verdict: 'error', problems: ['The address is none.'] },
      { row: 4, verdict: 'duplicate' },
      { row: 5, verdict: 'error', problems: [expect.stringContaining('gold, tin')] },
    ]);

    const saved = await ada('POST', `/v1/contact-imports/${uploaded.body.id}/save`, { body: { mapping } });
    expect(await jobEnded(ada, saved.body.id)).toMatchObject({
      state: 'done',
      result: { counts: { new: 2, error: 2 } },
    });
    const { body } = await ada('GET', '/v1/contacts?address=new@list.test');
    expect(body.items).toMatchObject([{ lastName: 'Nina New', custom: { tier: 'gold' }, tags: ['press'] }]);

    const again = await upload('Email,Name\r\nnew@list.test,Nina New\r\nform@list.test,Renamed\r\n');
    const second = { mapping: again.body.mapping };
    const { body: then } = await ada('POST', `/v1/contact-imports/${again.body.id}/preview`, { body: second });
    expect(then.counts).toMatchObject({ same: 1, changed: 1, new: 0 });
  });

  test('the export guards formulas, and comes back as it was', async () => {
    const { contacts } = desk.work.store;
    const texts = { notes: "'=1+1", firstName: "''@x", tags: ['-1', "'+2"] };
    await contacts.change(contacts.idOf('new@list.test'), { fields: texts, by: 'ada', now: new Date() });
    const out = await ada('GET', '/v1/contact-export');
    expect(out.text).toMatch(/^form@list\.test,,,'=cmd\(\),,,vip,,tin,/m);
    const uploaded = await upload(out.text);
    const { mapping } = uploaded.body;
    expect(mapping).toMatchObject({ address: 'address', 'custom.tier': 'custom.tier' });
    const { body } = await ada('POST', `/v1/contact-imports/${uploaded.body.id}/preview`, { body: { mapping } });
    expect(body.counts).toMatchObject({ same: 2, changed: 0, new: 0, error: 0 });
  });

  test('every address of a contact is in the export, and an import gives it back to nobody but him', async () => {
    const text = 'Address,Further addresses,Name\r\nmany@list.test,Two@list.test; three@list.test;,Many\r\n';
    const uploaded = await upload(text);
    const { mapping } = uploaded.body;
    expect(mapping).toEqual({ Address: 'address', 'Further addresses': 'furtherAddresses', Name: 'lastName' });
    const saved = await ada('POST', `/v1/contact-imports/${uploaded.body.id}/save`, { body: { mapping } });
    expect(await jobEnded(ada, saved.body.id)).toMatchObject({ state: 'done', result: { counts: { new: 1 } } });
    const [many] = (await ada('GET', '/v1/contacts?address=three@list.test')).body.items;
    expect(many).toMatchObject({ lastName: 'Many' });

    const out = (await ada('GET', '/v1/contact-export')).text;
    expect(out).toMatch(/^many@list\.test,two@list\.test;three@list\.test,,Many,/m);
    const back = await upload(out);
    const body = { mapping: back.body.mapping };
    expect(body.mapping.furtherAddresses).toBe('furtherAddresses');
    const preview = (await ada('POST', `/v1/contact-imports/${back.body.id}/preview`, { body })).body;
    expect(preview.counts).toMatchObject({ changed: 0, new: 0, error: 0 });

    const thief = await upload(
      'Address,Further addresses\r\nthief@list.test,two@list.test\r\nodd@list.test,no address\r\n',
    );
    const judged = await ada('POST', `/v1/contact-imports/${thief.body.id}/preview`, {
      body: { mapping: thief.body.mapping },
    });
    expect(judged.body.problems).toMatchObject([
      { row: 2, verdict: 'error', problems: [expect.stringContaining('belongs to another contact')] },
      { row: 3, verdict: 'error', problems: ['Further address 1 is none.'] },
    ]);
  });

  test('a row is saved as it was judged: a tag that stands twice in its cell is one tag', async () => {
    const uploaded = await upload('Address,Tags,Tier\r\ntags@list.test,vip; press;vip,gold\r\n');
    const body = { mapping: uploaded.body.mapping };
    const saved = await ada('POST', `/v1/contact-imports/${uploaded.body.id}/save`, { body });
    expect(await jobEnded(ada, saved.body.id)).toMatchObject({ state: 'done', result: { counts: { new: 1 } } });
    const { items } = (await ada('GET', '/v1/contacts?address=tags@list.test')).body;
    expect(items).toMatchObject([{ tags: ['vip', 'press'], custom: { tier: 'gold' } }]);

    const again = await upload('Address,Tags\r\ntags@list.test,vip;vip;press\r\n');
    const judged = await ada('POST', `/v1/contact-imports/${again.body.id}/preview`, {
      body: { mapping: again.body.mapping },
    });
    expect(judged.body.counts).toMatchObject({ same: 1, changed: 0 });
  });

  test('enquiries of a contact are listed with those of everybody who was merged into him', async () => {
    const { store } = desk.work;
    const made = async (name: string): Promise<string> => {
      const address = `${name}@merged.test`;
      const about = { address, name, by: name, enquiry: `e-${name}`, now: new Date() };
      const { contact } = await store.contacts.upsertBySender(about);
      await aStoredEnquiry(store, { _id: `e-${name}`, contact: contact._id, group: 'support' });
      return contact._id;
    };
    const [home, work] = [await made('home'), await made('work')];
    const listed = async (contact: string): Promise<string[]> =>
      (await ada('GET', `/v1/enquiries?contact=${contact}`)).body.items.map(({ id }: { id: string }) => id).toSorted();
    expect(await listed(work)).toEqual(['e-work']);
    expect((await ada('POST', `/v1/contacts/${work}/merge`, { body: { contact: home } })).status).toBe(200);
    expect(await listed(work)).toEqual(['e-home', 'e-work']);
    expect(await listed(home)).toEqual(['e-home', 'e-work']);
  });

  const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  test.each<[string, string | Buffer]>([
    ['with a mark of UTF-8', '\uFEFFEmail,Name\r\nodd@files.test,Zoë\r\n'],
    ['as Excel writes "Unicode text"', utf16('Email\tName\r\nodd@files.test\tZoë\r\n')],
    ['as UTF-16 the other way round', utf16('Email;Name\r\nodd@files.test;Zoë\r\n').swap16()],
    ['as old spreadsheets write', Buffer.from('Email;Name\r\nodd@files.test;Zoë\r\n', 'latin1')],
    ['that says what parts its cells', 'sep=;\r\nEmail;"Name, first"\r\nodd@files.test;Zoë\r\n'],
    ['whose titles hold the other marks', '"Email";"Name, first, last, all"\r\nodd@files.test;Zoë\r\n'],
    ['with empty columns at its end', 'Email,Name,,\r\nodd@files.test,Zoë,,\r\n'],
    ['with spaces around quotes', 'Email, Name\nodd@files.test, "Zoë" \n'],
    ['with ends of lines of old Macs', 'Email,Name\rodd@files.test,Zoë\r'],
  ])('a file %s is read', async (_how, bytes) => {
    const type = { 'content-type': 'text/csv' };
    const uploaded = await ada('POST', '/v1/contact-imports?name=odd.csv', { body: bytes, headers: type });
    expect([uploaded.status, uploaded.body.rows]).toEqual([201, 1]);
    const [address, name] = uploaded.body.columns;
    const mapping = { [address]: 'address', [name]: 'lastName' };
    const job = await ada('POST', `/v1/contact-imports/${uploaded.body.id}/save`, { body: { mapping } });
    expect(await jobEnded(ada, job.body.id)).toMatchObject({ state: 'done' });
    const { body } = await ada('GET', '/v1/contacts?address=odd@files.test');
    expect(body.items).toMatchObject([{ lastName: 'Zoë' }]);
    await desk.work.store.contacts.change(body.items[0].id, { fields: { lastName: '' }, by: 'ada', now: new Date() });
  });

  test('rows that are half broken stand alone: those around them are saved', async () => {
    const list = [
      'E.mail,$ Name,Tier,constructor,__proto__',
      'one@half.test,Bo "the" Builder,gold,x,y',
      'two@half.test,Too late,brass,,',
      'two@half.test,Second try,gold,,',
      'three@half.test',
      'four@half.test,"Two\r\nlines",gold,,,,,,more,than,titles',
      `five@half.test,${'x'.repeat(201)},gold,,`,
    ].join('\r\n');
    const { body } = await upload(list);
    const mapping = { 'E.mail': 'address', '$ Name': 'lastName', Tier: 'custom.tier', constructor: 'notes' };
    const asked = JSON.stringify({ mapping }).replace('"notes"', '"notes","__proto__":"tags"');
    const preview = await ada('POST', `/v1/contact-imports/${body.id}/preview`, { body: JSON.parse(asked) });
    expect([preview.status, preview.body.counts]).toEqual([
      200,
      { new: 3, changed: 0, same: 0, duplicate: 0, error: 3 },
    ]);
    expect(preview.body.problems.map(({ row }: { row: number }) => row)).toEqual([3, 6, 7]);
    const job = await ada('POST', `/v1/contact-imports/${body.id}/save`, { body: JSON.parse(asked) });
    expect(await jobEnded(ada, job.body.id)).toMatchObject({
      problem: null,
      state: 'done',
      result: { counts: { new: 3, error: 3 } },
    });
    const known = async (name: string) => (await ada('GET', `/v1/contacts?address=${name}@half.test`)).body.items;
    expect(await known('one')).toMatchObject([{ lastName: 'Bo "the" Builder', notes: 'x', tags: ['y'] }]);
    expect(await known('two')).toMatchObject([{ lastName: 'Second try' }]);
    expect(await known('five')).toEqual([]);
  });

  test('who is erased while a list that names him is saved does not come back by it', async () => {
    const others = Array.from({ length: 3_000 }, (_, at) => `o${at}@erased.test,Other ${at}`);
    const list = [...others.slice(0, 200), 'gone@erased.test,Gone', ...others.slice(200), 'gone2@erased.test,Gone'];
    await upload('Email,Name\r\ngone@erased.test,Gone\r\n');
    const { body } = await upload(`Email,Name,More\r\n${list.join('\r\n')},gone@erased.test\r\n`);
    const mapping = { Email: 'address', Name: 'lastName', More: 'furtherAddresses' };
    await desk.work.store.contacts.make('gone@erased.test', { by: 'ada', now: new Date() });
    const [{ id }] = (await ada('GET', '/v1/contacts?address=gone@erased.test')).body.items;
    const job = await ada('POST', `/v1/contact-imports/${body.id}/save`, { body: { mapping } });
    await found('some rows to be saved', async () => {
      const { body: far } = await ada('GET', `/v1/jobs/${job.body.id}`);
      return far.done > 0 ? true : null;
    });
    const erasing = await ada('POST', `/v1/contacts/${id}/erase`, { body: { reason: 'Letter 18.' } });
    expect(await jobEnded(ada, erasing.body.id)).toMatchObject({ state: 'done' });
    expect(await jobEnded(ada, job.body.id)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('thrown away'),
    });
    expect((await ada('GET', '/v1/contacts?address=gone@erased.test')).body.items).toEqual([]);
    const { body: audit } = await ada('GET', `/v1/audit?about=${body.id}`);
    expect(audit.items.map(({ after }: { after: object }) => Object.keys(after))).toEqual([['rows', 'job']]);
  });

  test('a list of 100,000 is looked through while somebody waits', async () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => `p${at}@many.test,Person ${at}`);
    const { status, body } = await upload(`Email,Name\r\n${rows.join('\r\n')}\r\nlead@list.test,Lea\r\n`);
    expect([status, body.rows]).toEqual([201, 100_001]);
    const preview = await ada('POST', `/v1/contact-imports/${body.id}/preview`, { body: { mapping: body.mapping } });
    expect(preview.body.counts).toMatchObject({ new: 100_001, error: 0 });
    expect((await ada('DELETE', `/v1/contact-imports/${body.id}`)).status).toBe(204);
  });

  test('the sample can be imported', async () => {
    const { text } = await ada('GET', '/v1/contact-imports/sample');
    const uploaded = await upload(text);
    expect(Object.keys(uploaded.body.mapping)).toEqual(uploaded.body.columns);
  });

  test.each([
    ['nothing', '', 'row of titles'],
    ['titles alone', 'Email\r\n', 'row of titles'],
    ['quotes that never end', 'Email\r\n"a\r\n', 'row 2'],
    ['a column twice', 'Email,Email\r\na@b.test,c@d.test\r\n', 'two columns "Email"'],
    ['a workbook', 'PK\u0003\u0004\u0014 Email', 'workbook'],
    ['no text', 'Email\0,Name\r\na@b.test,c\r\n', 'no text'],
    ['no titles', ',,\r\na@b.test,c,d\r\n', 'title'],
    ['half a million columns', `${Array.from({ length: 500_000 }, (_, at) => at).join()}\r\na@b.test\r\n`, '200'],
    ['a quote that nothing closes', 'Email\r\na@b.test\r\n"c@d.test\r\ne@f.test\r\n', 'row 3'],
  ])('a file of %s is refused with the reason', async (_what, text, says) => {
    const { status, body } = await upload(text);
    expect([status, body.findings?.[0].where]).toEqual([400, 'file']);
    expect(body.findings[0].what).toContain(says);
  });

  test('a mapping must name an address, and columns that are there', async () => {
    const { body } = await upload('Email\r\na@b.test\r\n');
    const mapping = { Mail: 'lastName', Email: 'shoes' };
    const refused = await ada('POST', `/v1/contact-imports/${body.id}/preview`, { body: { mapping } });
    expect(refused.body.findings.map(({ where }: { where: string }) => where)).toEqual([
      'mapping.Mail',
      'mapping.Email',
      'mapping',
    ]);
  });
});
