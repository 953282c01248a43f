import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aChannel } from './stored';
import { startDesk, type Ask, type Desk } from './desk';

const example = readFileSync(join(__dirname, '..', '..', 'flows', 'examples', 'support-desk.json'), 'utf8');

describe('settings', () => {
  let desk: Desk;
  let ada: Ask;
  let sue: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ada, sue] = [await desk.as('ada'), await desk.as('sue')];
  });
  afterAll(() => desk.stop());

  describe('channels', () => {
    test('are made with defaults, listed with what is missing, and deleted', async () => {
      const made = await ada('POST', '/v1/channels', { body: aChannel() });
      expect(made.status).toBe(201);
      expect(made.headers['location']).toBe('/v1/channels/billing');
      expect(made.body).toMatchObject({
        id: 'billing',
        enabled: true,
        flow: null,
        blocklistOn: true,
        receiveSmtp: true,
      });
      const listed = (await ada('GET', '/v1/channels')).body.items.find(
        (each: { id: string }) => each.id === 'billing',
      );
      expect(listed.missing).toEqual(['It has no published flow; mail is held until it has one.']);
      expect((await ada('POST', '/v1/channels', { body: aChannel() })).body.code).toBe('already-exists');
      const same = await ada('POST', '/v1/channels', {
        body: { ...aChannel(), id: 'other', address: 'Support@desk.test' },
      });
      expect(same.body.detail).toBe('The channel "support" serves the address Support@desk.test already.');
      expect((await ada('DELETE', '/v1/channels/billing')).status).toBe(204);
      expect((await ada('GET', '/v1/channels/billing')).status).toBe(404);
    });

    test('take secrets, seal them, and never give them back', async () => {
      const secrets = { server: 'canary-smtp', imap: 'canary-imap', dkim: 'canary-dkim' };
      const server = {
        kind: 'smtp',
        host: 'smtp.desk.test',
        port: 587,
        tls: 'starttls',
        user: 'sales',
        password: secrets.server,
      };
      const imap = { host: 'imap.desk.test', port: 993, tls: 'tls', user: 'sales', password: secrets.imap };
      const dkim = { domain: 'desk.test', selector: 's1', privateKey: secrets.dkim };
      const answers = [
        await ada('POST', '/v1/channels', {
          body: { ...aChannel(), id: 'sales', address: 'sales@desk.test', server, imap, dkim },
        }),
      ];
      answers.push(
        await ada('PATCH', '/v1/channels/sales', { body: { server: { ...server, password: 'canary-other' } } }),
      );
      answers.push(
        await ada('GET', '/v1/channels/sales'),
        await ada('GET', '/v1/channels'),
        await ada('GET', '/v1/audit?about=sales'),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200]);
      expect(answers.map(({ text }) => text).join('')).not.toContain('canary');
      expect(answers[2]?.body).toMatchObject({
        server: { host: 'smtp.desk.test', hasPassword: true },
        imap: { folder: 'INBOX', state: 'new' },
        dkim: { selector: 's1' },
      });
      const { store } = desk.work;
      const channel = await store.channels.get('sales');
      if (channel?.server.kind !== 'smtp') throw new Error('The channel has no SMTP server.');
      expect(JSON.stringify(channel)).not.toContain('canary');
      expect(store.secrets.open(channel.server.secret ?? '')).toBe('canary-other');
      expect(store.secrets.open((await store.mailLogins.get('sales-imap'))?.secret ?? '')).toBe('canary-imap');
    });

    test('keep a password that is left out, but never send it to another host, port or user, or with other TLS', async () => {
      const { store } = desk.work;
      const server = { kind: 'smtp', host: 'smtp.desk.test', port: 587, tls: 'starttls', user: 'sales' };
      const imap = { host: 'imap.desk.test', port: 993, tls: 'tls', user: 'sales' };
      await ada('PATCH', '/v1/channels/sales', { body: { server, imap: { ...imap, folder: 'Letters' } } });
      const login = await store.mailLogins.get('sales-imap');
      expect((await store.channels.get('sales'))?.server).toMatchObject({ secret: expect.stringMatching(/^v1\./) });
      expect(login).toMatchObject({ folder: 'Letters', secret: expect.stringMatching(/^v1\./) });
      const others = [{ host: 'evil.test' }, { port: 9999 }, { tls: 'none' }, { user: 'other' }];
      for (const [where, servers] of Object.entries({ server, imap })) {
        for (const other of others) {
          const moved = await ada('PATCH', '/v1/channels/sales', { body: { [where]: { ...servers, ...other } } });
          expect({ other, ...moved.body }).toMatchObject({
            code: 'wrong-body',
            findings: [{ where: `/${where}/password`, what: expect.stringMatching(/^is missing: a stored password/) }],
          });
        }
      }
      expect((await store.channels.get('sales'))?.server).toMatchObject(server);
      expect(await store.mailLogins.get('sales-imap')).toEqual(login);
      await ada('PATCH', '/v1/channels/sales', { body: { server: { ...server, host: 'relay.test', user: null } } });
      expect((await store.channels.get('sales'))?.server).toMatchObject({ host: 'relay.test', secret: null });
      expect((await ada('PATCH', '/v1/channels/sales', { body: { imap: null } })).body.imap).toBeNull();
      expect(await store.mailLogins.get('sales-imap')).toBeNull();
    });

    test('are not taken with a host inside this machine or network, and say which', async () => {
      desk.ports.mail.hostProblem = async (host) => (host === 'inside.test' ? 'inside.test is inside.' : null);
      const server = { kind: 'smtp', host: 'inside.test', port: 25, tls: 'none' };
      const imap = { host: 'inside.test', port: 143, tls: 'none', user: 'x', password: 'y' };
      const refused = await ada('PATCH', '/v1/channels/support', { body: { server, imap } });
      expect(refused.body).toMatchObject({
        code: 'wrong-body',
        findings: ['/server/host', '/imap/host'].map((where) => ({ where, what: 'inside.test is inside.' })),
      });
    });

    test('need a published flow, fitting values of its settings, and a known time zone', async () => {
      const patch = (body: object) => ada('PATCH', '/v1/channels/support', { body });
      expect((await patch({ flow: { id: 'support-desk', revision: 99 } })).body.code).toBe('not-found');
      const wrong = await patch({ settings: { group: 'nowhere', 'bind-for': 'long', color: 'red', 'auto-reply': 7 } });
      expect(wrong.body.code).toBe('wrong-settings');
      expect(wrong.body.findings).toEqual([
        { where: '/settings/group', what: 'names the group "nowhere", which does not exist' },
        { where: '/settings/bind-for', what: 'is not a duration such as "15m" or "3d"' },
        { where: '/settings/color', what: 'is not a setting of the flow "support-desk"' },
        { where: '/settings/auto-reply', what: 'must be a text' },
      ]);
      expect((await patch({ settings: { group: 'support', 'bind-for': '7d' } })).status).toBe(200);
      expect((await patch({ timezone: 'Middle/Earth' })).body.findings[0].where).toBe('/timezone');
    });

    test('let their held mail run once they are on and have a flow', async () => {
      await ada('POST', '/v1/channels', { body: { ...aChannel(), id: 'held', address: 'held@desk.test' } });
      const flow = { id: 'support-desk', revision: 1 };
      const releases: (Date | null)[] = [];
      for (const body of [{ enabled: false }, { flow }, { enabled: true }, { footer: 'Yours' }, { flow }]) {
        await ada('PATCH', '/v1/channels/held', { body });
        releases.push((await desk.work.store.releases.get('held'))?.askedAt ?? null);
      }
      const [off, flowOnly, on, footer, again] = releases;
      expect([off, flowOnly]).toEqual([null, null]);
      expect(on).toEqual(expect.any(Date));
      expect(footer).toEqual(on);
      expect(again?.getTime()).toBeGreaterThan(on?.getTime() ?? 0);
      const { body } = await ada('GET', '/v1/channels/held');
      expect(body.releasing).toEqual({ since: again?.toISOString(), released: 0, left: null });
    });

    test('who is not admin sees what was granted to him', async () => {
      const carl = await desk.as('carl');
      expect((await carl('GET', '/v1/channels')).body.items).toEqual([]);
      await ada('PATCH', '/v1/users/carl', { body: { channels: ['support'] } });
      expect((await carl('GET', '/v1/channels')).body.items.map((each: { id: string }) => each.id)).toEqual([
        'support',
      ]);
      expect((await carl('PATCH', '/v1/channels/support', { body: { enabled: false } })).body.code).toBe('wrong-role');
    });
  });

  describe('groups and agents', () => {
    test('a group is made, changed, and kept while something uses it', async () => {
      const made = await ada('POST', '/v1/groups', { body: { id: 'night', title: 'Night', agents: ['carl', 'carl'] } });
      expect(made.body).toEqual({
        id: 'night',
        title: 'Night',
        agents: ['carl'],
        strategy: 'leastLoaded',
        ringTimeoutMs: null,
        offlineAgents: 'skip',
        wrapUpMs: 0,
        tags: [],
      });
      expect((await ada('PATCH', '/v1/groups/night', { body: { strategy: 'ringAll' } })).body).toMatchObject({
        strategy: 'ringAll',
        agents: ['carl'],
      });
      const used = await ada('DELETE', '/v1/groups/support');
      expect(used.body).toMatchObject({
        code: 'still-used',
        usedBy: expect.arrayContaining(['settings of channel "support"']),
      });
      expect((await ada('DELETE', '/v1/groups/night')).status).toBe(204);
    });

    test('a supervisor changes agents of his groups only; suspending stops the ring', async () => {
      expect((await sue('PATCH', '/v1/agents/ann', { body: { capacity: 7 } })).body.capacity).toBe(7);
      expect((await sue('PATCH', '/v1/agents/carl', { body: { capacity: 7 } })).body.code).toBe('wrong-role');
      expect((await sue('PATCH', '/v1/agents/ann', { body: { suspended: true } })).body.suspended).toBe(true);
      expect((await ada('PATCH', '/v1/agents/ann', { body: { suspended: false } })).body.suspended).toBe(false);
    });

    test('heartbeats keep the lease; what the system set is told', async () => {
      const ann = await desk.as('ann');
      await ann('PUT', '/v1/presence', { body: { word: 'available' } });
      const lease = Date.parse((await ann('POST', '/v1/presence/heartbeat')).body.leaseUntil);
      expect(lease - Date.now()).toBeGreaterThan(30_000);
      await desk.work.store.agents.setPresence('ann', 'notResponding', 'missed', new Date());
      expect((await ann('POST', '/v1/presence/heartbeat')).body).toMatchObject({
        word: 'notResponding',
        cause: 'missed',
      });
    });
  });

  describe('templates', () => {
    test('are saved, previewed with values that cannot break out, and kept while used', async () => {
      const content = {
        title: 'Hi',
        subject: 'Hi {{ contact.name }}',
        preview: '',
        html: '<p>{{ contact.name }} {{ nobody.knows }}</p>',
        text: '',
      };
      expect((await ada('PUT', '/v1/templates/hi', { body: content })).body).toMatchObject({
        id: 'hi',
        builtIn: false,
      });
      const preview = await ada('POST', '/v1/templates/hi/preview', {
        body: { values: { 'contact.name': '<b>Bo</b>\r\nBcc: x' } },
      });
      expect(preview.body.html).toContain('&lt;b&gt;Bo&lt;/b&gt;');
      expect(preview.body.subject).not.toMatch(/[\r\n]/);
      expect(preview.body.findings).toMatchObject([{ part: 'html', variable: 'nobody.knows' }]);
      const unsaved = await ada('POST', '/v1/templates/hi/preview', { body: { values: {}, subject: 'New' } });
      expect(unsaved.body.subject).toBe('New');
      expect(
        (await ada('POST', '/v1/templates/hi/test', { body: { channel: 'support', to: 'me@desk.test' } })).body.outbox,
      ).toBe('test-mail');
      expect((await ada('DELETE', '/v1/templates/hi')).status).toBe(204);
      expect((await ada('DELETE', '/v1/templates/support-received')).body.code).toBe('still-used');
      expect((await ada('PUT', '/v1/templates/Not-A-Slug', { body: content })).body.findings).toMatchObject([
        { where: 'id' },
      ]);
    });
  });

  describe('flows', () => {
    const sha = (body: { flow: { draft: { sha256: string } } }) => body.flow.draft.sha256;
    const saved = (flow: string, expected?: string) =>
      ada('PUT', '/v1/flows/support-desk/draft', {
        body: { text: flow, ...(expected ? { expectedSha256: expected } : {}) },
      });
    const publish = (expectedSha256: string) =>
      ada('POST', '/v1/flows/support-desk/publish', { body: { expectedSha256, message: 'for a test' } });

    test('are saved with errors, published without, and the same content keeps its number', async () => {
      const broken = await saved(example.replace('"start": "screen"', '"start": "scren"'));
      expect(broken.status).toBe(200);
      expect(broken.body.findings.some((each: { severity: string }) => each.severity === 'error')).toBe(true);
      const refused = await publish(sha(broken.body));
      expect(refused.status).toBe(422);
      expect(refused.body.findings[0]).toMatchObject({
        code: expect.stringMatching(/^E/),
        message: expect.any(String),
        line: expect.any(Number),
      });
      const good = await saved(example);
      const first = await publish(sha(good.body));
      expect(first.status).toBe(200);
      const again = await publish(sha(good.body));
      expect(again.body.revision).toBe(first.body.revision);
      const changed = await saved(example.replace('"title": "Support desk"', '"title": "Help desk"'));
      expect(changed.body.flow.title).toBe('Help desk');
      expect((await publish(sha(changed.body))).body.revision).toBe(first.body.revision + 1);
      const { items } = (await ada('GET', '/v1/flows/support-desk/revisions')).body;
      const numbers: number[] = items.map((each: { revision: number }) => each.revision);
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
      const read = await ada('GET', `/v1/flows/support-desk/revisions/${first.body.revision}`);
      expect(JSON.parse(read.body.text)).toEqual(JSON.parse(example));
    });

    test("nobody's draft is overwritten unseen, and nothing unseen is published", async () => {
      const mine = await saved(example);
      await saved(example.replace('"60s"', '"61s"'), sha(mine.body));
      expect((await saved(example, sha(mine.body))).body.code).toBe('changed-meanwhile');
      expect((await publish(sha(mine.body))).body.code).toBe('changed-meanwhile');
    });

    test('must bear the name they are published under', async () => {
      const other = await ada('PUT', '/v1/flows/other-desk/draft', { body: { text: example } });
      const refused = await ada('POST', '/v1/flows/other-desk/publish', {
        body: { expectedSha256: sha(other.body), message: 'x' },
      });
      expect(refused.body).toMatchObject({ code: 'flow-has-errors', findings: [{ pointer: '/id' }] });
    });

    test('what is no JSON at all is a finding, not a fault', async () => {
      const { body } = await ada('POST', '/v1/flows/check', { body: { text: '{ "id": ' } });
      expect(body.findings).toMatchObject([{ code: 'E101', severity: 'error' }]);
      expect((await sue('POST', '/v1/flows/check', { body: { text: example } })).body.findings).toEqual([]);
    });
  });

  test('the audit log records each change, however often a client repeats its key', async () => {
    for (const title of ['One', 'Two']) await ada('PATCH', '/v1/groups/support', { body: { title }, key: 'same' });
    const { items } = (await ada('GET', '/v1/audit?what=group.change&about=support')).body;
    expect(items.slice(0, 2).map((each: { after: object }) => each.after)).toEqual([
      { title: 'Two' },
      { title: 'One' },
    ]);
    await ada('PATCH', '/v1/groups/support', { body: { title: 'Support' } });
  });

  test('the audit log tells who changed what, with only the fields that differ', async () => {
    await ada('PATCH', '/v1/groups/support', { body: { title: 'Front desk' } });
    const [entry] = (await ada('GET', '/v1/audit?what=group.change&about=support')).body.items;
    expect(entry).toMatchObject({
      who: 'ada',
      about: 'support',
      before: { title: 'Support' },
      after: { title: 'Front desk' },
      ip: expect.any(String),
    });
  });
});
