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

  test('IN3.2 an entry is edited by whoever may add it, and the change is audited', async () => {
    const [path, from, to] = ['/v1/blocklists/edited', encodeURIComponent('mis@typed.test'), 'ann@typed.test'];
    await ada('POST', path, { body: { senders: ['mis@typed.test', 'other@typed.test'], reason: 'spam' } });
    const { body: before } = await ada('GET', path);
    const edited = await ada('PATCH', `${path}/${from}`, { body: { sender: 'Ann@Typed.test', reason: 'adverts' } });
    expect(edited).toMatchObject({ status: 200, body: { sender: to, reason: 'adverts', at: before.items[0].at } });
    const again = await ada('PATCH', `${path}/${to}`, { body: { reason: 'more adverts' } });
    expect(again.body).toEqual({ ...edited.body, reason: 'more adverts' });
    const { body: after } = await ada('GET', path);
    expect(after.items.map((each: { sender: string }) => each.sender)).toEqual([to, 'other@typed.test']);
    const [last, first] = (await ada('GET', '/v1/audit?about=edited')).body.items;
    expect(last).toMatchObject({ what: 'blocklist.change', before: { reason: 'adverts' } });
    expect(first).toMatchObject({ before: { sender: 'mis@typed.test' }, after: { sender: to } });
  });

  test('IN3.2 an entry is edited to nothing that could not be added, and by nobody else', async () => {
    const path = `/v1/blocklists/edited/${encodeURIComponent('other@typed.test')}`;
    expect((await ada('PATCH', path, { body: { sender: 'ann@typed.test' } })).body.code).toBe('already-exists');
    expect((await ada('PATCH', path, { body: { sender: 'no address' } })).body.code).toBe('wrong-body');
    expect((await ada('PATCH', '/v1/blocklists/edited/none%40typed.test', { body: {} })).status).toBe(404);
    expect((await sue('PATCH', path, { body: { reason: 'x' } })).status).toBe(404);
    expect((await (await desk.as('ann'))('PATCH', path, { body: { reason: 'x' } })).status).toBe(403);
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
