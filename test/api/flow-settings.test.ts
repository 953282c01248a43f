import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flow } from '../../flows/flow';
import { readyFlows } from '../../flows/ready';
import { anEnquiry } from '../support/mails-of-work';
import { startDesk, type Ask, type Desk } from './desk';

const example = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'flows', 'examples', 'support-desk.json'), 'utf8'),
) as Flow;
const connection = { id: 'by-setting', title: 'CRM', baseUrl: 'https://192.0.2.10' };

const ANSWERS: Record<string, string> = { group: 'support', template: 'support-received', list: 'global' };

describe('the settings of a flow, and its calendars', () => {
  let desk: Desk;
  let ada: Ask;
  let sue: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
    sue = await desk.as('sue');
  });
  afterAll(() => desk.stop());

  test('are answered with a revision as the questions of a form', async () => {
    const { body } = await ada('GET', '/v1/flows/support-desk/revisions/1');
    const questions = Object.entries(example.settings ?? {}).map(([name, { enum: choices = null, ...each }]) => ({
      name,
      default: null,
      choices,
      ...each,
    }));
    expect(body.settings).toEqual(questions);
    const [listed] = (await ada('GET', '/v1/flows/support-desk/revisions')).body.items;
    expect(listed.settings).toBeNull();
  });

  test('have values that fit their type', async () => {
    const patch = (settings: object) => ada('PATCH', '/v1/channels/support', { body: { settings } });
    expect((await patch({ 'bind-for': '9999d' })).body.findings).toEqual([
      { where: '/settings/bind-for', what: 'is longer than a year' },
    ]);
    expect((await patch({ 'bind-for': '5d' })).body.findings).toEqual([
      { where: '/settings/bind-for', what: 'must be one of: 1d, 3d, 7d, 14d, 30d, 60d, 90d' },
    ]);
    expect((await patch({ group: '' })).body.findings).toMatchObject([{ where: '/settings/group' }]);
  });

  test('that name a group without agents are told with the channel', async () => {
    await ada('POST', '/v1/groups', { body: { id: 'hollow', title: 'Hollow', agents: [] } });
    const patch = (settings: object) => ada('PATCH', '/v1/channels/support', { body: { settings } });
    const { body } = await patch({ group: 'hollow' });
    expect(body.missing).toEqual([
      'Its setting "Group that answers" names the group "hollow", which has no agents: nobody will be rung.',
    ]);
    expect((await patch({ group: 'support' })).body.missing).toEqual([]);
  });

  test('are checked for what the flow uses them for', async () => {
    await ada('POST', '/v1/connections', { body: connection });
    const flow = {
      $schema: 'https://ringpost.dev/schema/flow-1.json',
      id: 'asks-by-setting',
      title: 'Asks',
      settings: {
        system: { type: 'text', title: 'Which system is asked?' },
        partner: { type: 'text', title: 'Where is it sent on to?', default: 'a@partner.example' },
        who: { type: 'text', title: 'Who gets it?', default: '' },
      },
      start: 'ask',
      onError: 'end',
      nodes: {
        ask: {
          type: 'webhook',
          connection: { setting: 'system' },
          request: { method: 'GET', path: '/' },
          next: 'send',
        },
        send: { type: 'forward', to: [{ setting: 'partner' }], next: 'pass' },
        pass: { type: 'transfer', to: { agent: { setting: 'who' } }, next: { accepted: 'end', failed: 'end' } },
        end: { type: 'close', reason: 'done', notify: false },
      },
    };
    const text = JSON.stringify(flow);
    const saved = await ada('PUT', '/v1/flows/asks-by-setting/draft', { body: { text } });
    expect(saved.body.findings.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
    const publication = { expectedSha256: saved.body.flow.draft.sha256, message: 'Ask.' };
    const { revision } = (await ada('POST', '/v1/flows/asks-by-setting/publish', { body: publication })).body;
    const channel = { id: 'by-setting', name: 'By setting', address: 'by-setting@desk.test' };
    const make = (settings: object) =>
      ada('POST', '/v1/channels', { body: { ...channel, flow: { id: flow.id, revision }, settings } });
    expect((await make({ system: 'crn', partner: 'nobody', who: 'zoe' })).body.findings).toEqual([
      { where: '/settings/system', what: 'names the connection "crn", which does not exist' },
      { where: '/settings/partner', what: 'is not an address such as "returns@supplier.example"' },
      { where: '/settings/who', what: 'names the agent "zoe", which does not exist' },
    ]);
    expect((await make({ system: 'by-setting', who: 'ann' })).status).toBe(201);
    expect((await ada('DELETE', '/v1/connections/by-setting')).body.code).toBe('still-used');
  });

  test('what only its callers settle is no finding of a flow that is called', async () => {
    const end = { type: 'close', reason: 'done', notify: false };
    const head = { $schema: 'https://ringpost.dev/schema/flow-1.json', title: 'X', start: 'go' };
    const variables = { tier: { type: 'string', default: '' } };
    const called = {
      ...head,
      id: 'called',
      variables,
      nodes: { go: { type: 'set', values: { tier: 'gold' }, next: 'end' }, end },
    };
    const save = async (flow: { id: string }) =>
      (await ada('PUT', `/v1/flows/${flow.id}/draft`, { body: { text: JSON.stringify(flow) } })).body.findings.map(
        ({ code }: { code: string }) => code,
      );
    expect((await save(called)).toSorted()).toEqual(['W205', 'W313']);
    const cases = [{ when: { '===': [{ var: 'vars.tier' }, 'gold'] }, next: 'end' }];
    const nodes = {
      go: { type: 'subflow', flow: 'called', next: 'look' },
      look: { type: 'switch', cases, default: 'end' },
      end,
    };
    await save({ ...head, id: 'calls', onError: 'end', variables, nodes } as { id: string });
    expect(await save(called)).toEqual([]);
  });

  test('CH12.1 an admin picks a ready flow and answers its questions, and sees no JSON', async () => {
    const listed = (await ada('GET', '/v1/ready-flows')).body.items;
    expect(listed.map(({ id }: { id: string }) => id).toSorted()).toEqual([...readyFlows.keys()].toSorted());
    const [hours] = listed.filter(({ id }: { id: string }) => id === 'working-hours');
    // What does not exist here is no default, so it has to be answered.
    expect(hours.settings).toContainEqual({
      name: 'night-desk',
      type: 'group',
      title: 'Group at night and at weekends',
      default: null,
      choices: null,
    });
    await ada('POST', '/v1/channels', { body: { id: 'shop', name: 'Shop', address: 'shop@desk.test' } });
    const use = (channel: string, flow: string, settings: object) =>
      ada('PUT', `/v1/channels/${channel}/ready-flow`, { body: { flow, settings } });
    const refused = await use('shop', 'owner-first', { group: 'nobody', 'bind-for': 'long' });
    expect(refused.body.findings).toEqual([
      { where: '/settings/group', what: 'names the group "nobody", which does not exist' },
      { where: '/settings/bind-for', what: 'is not a duration such as "15m" or "3d"' },
    ]);
    expect((await ada('GET', '/v1/flows/owner-first')).status).toBe(404);
    const used = await use('shop', 'owner-first', { group: 'support', 'bind-for': '7d' });
    expect(used.body).toMatchObject({ channel: 'shop', flow: 'owner-first', revision: 1 });
    expect((await ada('GET', '/v1/channels/shop')).body).toMatchObject({
      flow: { id: 'owner-first', revision: 1 },
      settings: { group: 'support', 'bind-for': '7d' },
    });
    expect((await use('support', 'owner-first', {})).body.revision).toBe(1);
    const id = await anEnquiry(desk.work, { subject: 'Hello', from: 'chooser@customers.test' });
    expect((await desk.work.store.enquiries.get(id))?.flow).toMatchObject({ id: 'owner-first', revision: 1 });
    expect((await use('shop', 'no-such-flow', {})).body.code).toBe('not-found');
    // Every other can be used here as well, or says what is missing.
    for (const { id: other, settings } of listed) {
      const open = settings.filter((each: { default: unknown }) => each.default === null);
      const answers = Object.fromEntries(
        open.map(({ name, type }: { name: string; type: string }) => [name, ANSWERS[type]]),
      );
      const { status, body } = await use('shop', other, answers);
      expect([other, status, body.findings?.map(({ code }: { code: string }) => code)]).toEqual(
        other === 'vip-webhook' ? [other, 422, ['E501']] : [other, 200, undefined],
      );
    }
  });

  test('calendars are made, changed and read by the hour', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const office = { id: 'office', title: 'Office', timezone: 'UTC', hours: 'daily 00:00-24:00' };
    const made = await ada('POST', '/v1/calendars', { body: office });
    expect(made.body).toEqual({ ...office, holidays: [], open: true, holiday: null });
    const holidays = [
      { date: '2099-01-01', name: 'Far away' },
      { date: today, name: 'Fair' },
    ];
    const changed = await ada('PATCH', '/v1/calendars/office', { body: { holidays } });
    expect(changed.body).toMatchObject({ open: false, holiday: 'Fair', holidays: holidays.toReversed() });
    const wrong = { timezone: 'Middle/Earth', hours: 'sometimes', holidays: [{ date: '2026-02-30', name: 'x' }] };
    expect((await ada('PATCH', '/v1/calendars/office', { body: wrong })).body.findings).toMatchObject([
      { where: '/timezone' },
      { where: '/hours' },
      { where: '/holidays/0/date' },
    ]);
    expect((await sue('PATCH', '/v1/calendars/office', { body: {} })).body.code).toBe('wrong-role');
    const audit = await ada('GET', '/v1/audit?about=office');
    expect(audit.body.items.map(({ what }: { what: string }) => what)).toContain('calendar.change');
    expect((await ada('DELETE', '/v1/calendars/office')).status).toBe(204);
  });
});
