import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flow } from '../../flows/flow';
import { startDesk, type Ask, type Desk } from './desk';

const example = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'flows', 'examples', 'support-desk.json'), 'utf8'),
) as Flow;
const connection = { id: 'by-setting', title: 'CRM', baseUrl: 'https://192.0.2.10' };

describe('the settings of a flow', () => {
  let desk: Desk;
  let ada: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    ada = await desk.as('ada');
  });
  afterAll(() => desk.stop());

  test('are answered with a revision as the questions of a form', async () => {
    const { body } = await ada('GET', '/v1/flows/support-desk/revisions/1');
    const questions = Object.entries(example.settings ?? {}).map(([name, each]) => ({ name, default: null, ...each }));
    expect(body.settings).toEqual(questions);
    const [listed] = (await ada('GET', '/v1/flows/support-desk/revisions')).body.items;
    expect(listed.settings).toBeNull();
  });

  test('have values that fit their type', async () => {
    const patch = (settings: object) => ada('PATCH', '/v1/channels/support', { body: { settings } });
    expect((await patch({ 'bind-for': '9999d' })).body.findings).toEqual([
      { where: '/settings/bind-for', what: 'is longer than a year' },
    ]);
    expect((await patch({ group: '' })).body.findings).toMatchObject([{ where: '/settings/group' }]);
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
});
