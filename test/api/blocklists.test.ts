import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aChannel } from './stored';
import { startDesk, type Ask, type Desk } from './desk';

const example = readFileSync(join(__dirname, '..', '..', 'flows', 'examples', 'support-desk.json'), 'utf8');

describe('blocklists', () => {
  let desk: Desk;
  let ada: Ask;
  let sue: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    [ada, sue] = [await desk.as('ada'), await desk.as('sue')];
  });
  afterAll(() => desk.stop());

  test('take addresses and domains once, and give them back by page', async () => {
    const added = await ada('POST', '/v1/blocklists/global', {
      body: { senders: ['A@bad.test', '@worse.test', 'a@bad.test'], reason: 'spam' },
    });
    expect(added.body).toEqual({ added: ['a@bad.test', '@worse.test'], present: [] });
    const again = await ada('POST', '/v1/blocklists/global', {
      body: { senders: ['a@bad.test', 'b@bad.test'], reason: 'spam' },
    });
    expect(again.body).toEqual({ added: ['b@bad.test'], present: ['a@bad.test'] });
    const first = (await ada('GET', '/v1/blocklists/global?limit=2')).body;
    const second = (await ada('GET', `/v1/blocklists/global?limit=2&cursor=${first.next}`)).body;
    expect([...first.items, ...second.items].map((each: { sender: string }) => each.sender).toSorted()).toEqual([
      '@worse.test',
      'a@bad.test',
      'b@bad.test',
    ]);
    expect(second.next).toBeNull();
    expect((await ada('DELETE', `/v1/blocklists/global/${encodeURIComponent('a@bad.test')}`)).status).toBe(204);
    expect((await ada('DELETE', `/v1/blocklists/global/${encodeURIComponent('a@bad.test')}`)).status).toBe(404);
    expect((await sue('GET', '/v1/blocklists/global')).status).toBe(404);
  });

  test('are the global one, those of channels, and those that have senders; each sees those of his addresses', async () => {
    await ada('POST', '/v1/blocklists/partners', { body: { senders: ['@partner.test'], reason: 'known' } });
    const names = async (ask: Ask): Promise<[string, number][]> =>
      (await ask('GET', '/v1/blocklists')).body.items.map((each: { list: string; entries: number }) => [
        each.list,
        each.entries,
      ]);
    expect(await names(ada)).toEqual(
      expect.arrayContaining([
        ['global', 2],
        ['support', 0],
        ['partners', 1],
      ]),
    );
    expect(await names(sue)).toEqual([]);
    await ada('PATCH', '/v1/users/sue', { body: { channels: ['support'] } });
    expect(await names(sue)).toEqual([['support', 0]]);
    expect((await sue('POST', '/v1/blocklists/support', { body: { senders: ['@a.test'], reason: '' } })).status).toBe(
      200,
    );
    expect((await sue('POST', '/v1/blocklists/global', { body: { senders: ['@a.test'], reason: '' } })).status).toBe(
      404,
    );
  });

  test('that nobody filled are unknown, and none is named as flows could not name it', async () => {
    expect((await ada('GET', '/v1/blocklists/nowhere')).body.code).toBe('not-found');
    const wrong = await ada('POST', '/v1/blocklists/No%7CList', { body: { senders: ['@a.test'], reason: '' } });
    expect(wrong.body).toMatchObject({ code: 'wrong-body', findings: [{ where: 'id' }] });
    const global = await ada('POST', '/v1/channels', { body: { ...aChannel(), id: 'global' } });
    expect(global.body.code).toBe('already-exists');
  });

  test('must exist before a flow that names them is published', async () => {
    const naming = (list: string) => example.replace('"lists": ["support"]', `"lists": ["${list}"]`);
    const codes = async (list: string): Promise<string[]> => {
      const { findings } = (await ada('POST', '/v1/flows/check', { body: { text: naming(list) } })).body;
      return findings.map((each: { code: string }) => each.code);
    };
    expect(await codes('suport')).toEqual(['E501']);
    expect(await codes('support')).toEqual([]);
    expect(await codes('global')).toEqual([]);
    const { body } = await ada('PUT', '/v1/flows/support-desk/draft', { body: { text: naming('suport') } });
    const refused = await ada('POST', '/v1/flows/support-desk/publish', {
      body: { expectedSha256: body.flow.draft.sha256, message: 'for a test' },
    });
    expect(refused.body).toMatchObject({
      code: 'flow-has-errors',
      findings: [{ code: 'E501', pointer: '/nodes/screen/lists/0', suggestion: 'Did you mean "support"?' }],
    });
    await ada('POST', '/v1/blocklists/suport', { body: { senders: ['@a.test'], reason: '' } });
    expect(await codes('suport')).toEqual([]);
  });
});
