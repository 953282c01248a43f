import { anEntry } from './stored';
import { startDesk, type Desk } from './desk';

describe('what nobody foresaw', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await startDesk({
      redrive: async () => {
        throw new Error('550 5.1.1 <canary@secret.test> said no');
      },
    });
  });
  afterAll(() => desk.stop());

  test('is answered with an id and logged under it, without its message', async () => {
    await anEntry(desk.work.store, { _id: 'smtp:support:led', verdict: 'blocked' });
    const ada = await desk.as('ada');
    const answer = await ada('POST', `/v1/ledger/${encodeURIComponent('smtp:support:led')}/release`);
    expect(answer.body).toMatchObject({ status: 500, code: 'internal', instance: expect.stringMatching(/^urn:uuid:/) });
    expect(answer.text).not.toContain('canary');
    const logged = desk.logged.join('');
    expect(logged).toContain(answer.body.instance);
    expect(logged).not.toContain('canary');
  });

  test('no log line holds an address, a subject, a text, a word that was searched for, or a token', async () => {
    const ada = await desk.as('ada');
    await desk.nobody('POST', '/v1/session', {
      body: { email: 'canary-mail@secret.test', password: 'canary-password' },
    });
    await ada('GET', '/v1/trace?word=canary-word@secret.test');
    await ada('GET', '/v1/contacts?address=canary-address@secret.test');
    await ada('GET', '/v1/enquiries/canary-id');
    await ada('POST', '/v1/blocklists/global', {
      body: { senders: ['canary-sender@secret.test'], reason: 'canary-reason' },
    });
    await ada('PUT', '/v1/templates/canary', {
      body: { title: 'canary-title', subject: 'canary-subject', preview: '', html: '', text: '' },
    });
    const { body } = await ada('POST', '/v1/tokens', {
      body: { name: 'canary-name', scopes: ['read'], expiresInDays: 1 },
    });
    const server = {
      kind: 'smtp',
      host: 'smtp.secret.test',
      port: 587,
      tls: 'tls',
      user: 'canary-user',
      password: 'canary-secret',
    };
    const imap = { host: 'imap.secret.test', port: 993, tls: 'tls', user: 'canary-user', password: 'canary-secret' };
    const dkim = { domain: 'secret.test', selector: 's', privateKey: 'canary-secret' };
    const channel = { id: 'shop', name: 'Shop', address: 'shop@secret.test', server, imap, dkim };
    const answers = [
      await ada('POST', '/v1/channels', { body: channel }),
      await ada('PATCH', '/v1/channels/shop', { body: { server, imap, dkim } }),
      await ada('PATCH', '/v1/channels/shop', { body: { server: { ...server, port: 0 } } }),
      await ada('POST', '/v1/users', { body: { email: 'canary-new@secret.test', name: 'canary', role: 'agent' } }),
      await ada('PUT', '/v1/session/password', { body: { current: 'canary-secret', password: 'canary-secret-2' } }),
      await ada('GET', '/v1/channels/shop'),
    ];
    const invitation: string = answers[3]?.body.invitation.token;
    await desk.nobody('POST', '/v1/password', { body: { token: invitation, password: 'canary-secret-3' } });
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 400, 201, 401, 200]);
    expect(answers.map(({ text }) => text).join('')).not.toContain('canary-secret');
    const audited = JSON.stringify(await desk.work.store.audit.list({ limit: 1000 }));
    expect(audited).toContain('channel.create');
    for (const secret of ['canary-secret', invitation, body.token]) expect(audited).not.toContain(secret);
    const logged = desk.logged.join('');
    expect(logged).toContain('"route":"trace"');
    expect(logged).not.toContain(invitation);
    expect(logged).not.toMatch(/canary|secret\.test/);
    expect(logged).not.toContain(body.token);
  });
});
