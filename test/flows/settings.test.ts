import { checkFlow, settingPlaces, type Flow, type FlowNode, type SettingDeclaration } from '../../flows';
import { aFlow, ends } from './play';

const types: SettingDeclaration['type'][] = ['group', 'template', 'list', 'duration', 'number', 'text', 'boolean'];
const preset = { group: 'desk', template: 'hello', list: 'vip', duration: '5m', number: 1, text: 'it', boolean: true };
const it_ = { setting: 'it' };
/** Each place of the language where a setting may stand, the property it stands under, and the type it must have. */
const places: [string, SettingDeclaration['type'], FlowNode][] = [
  ['lists/0', 'list', { type: 'blocklist', lists: [it_], next: { blocked: 'close', clear: 'close' } }],
  ['template', 'template', { type: 'auto-reply', template: it_, next: 'close' }],
  ['notify', 'template', { type: 'close', reason: 'done', notify: it_ }],
  ['to/group', 'group', { type: 'transfer', to: { group: it_ }, next: { accepted: 'close', failed: 'close' } }],
  ['to/agent', 'text', { type: 'transfer', to: { agent: it_ }, next: { accepted: 'close', failed: 'close' } }],
  ['to/0', 'text', { type: 'forward', to: [it_], next: 'close' }],
  ['timeout', 'duration', { type: 'wait', timeout: it_, next: { timeout: 'close' } }],
  ['expires', 'duration', { type: 'engage', expires: it_, whenUnavailable: 'wait', next: 'close' }],
  [
    'connection',
    'text',
    {
      type: 'webhook',
      connection: it_,
      request: { method: 'GET', path: '/' },
      next: { done: 'close', error: 'close' },
    },
  ],
  [
    'retry/interval',
    'duration',
    {
      type: 'webhook',
      connection: 'crm',
      request: { method: 'GET', path: '/' },
      retry: { maxAttempts: 2, interval: it_ },
      next: 'close',
    },
  ],
];

const flowWith = (node: FlowNode, type: SettingDeclaration['type'], value?: string | number | boolean): Flow =>
  aFlow(
    { here: node, ...ends },
    { onError: 'close', settings: { it: { type, title: 'It', default: value ?? preset[type] } } },
  );
const found = (flow: Flow, references: Parameters<typeof checkFlow>[1] = {}): string[] =>
  checkFlow(JSON.stringify(flow), references)
    .filter(({ code }) => code === 'E306' || code === 'E501')
    .map(({ code, pointer }) => `${code} ${pointer}`);

describe('a setting', () => {
  it.each(places)('under "%s" is of the type %s and no other', (at, right, node) => {
    const wrong = types.filter((type) => found(flowWith(node, type)).length > 0);
    expect(wrong).toEqual(types.filter((type) => type !== right));
    for (const type of wrong) expect(found(flowWith(node, type))).toEqual([`E306 /nodes/here/${at}/setting`]);
  });

  it('may stand anywhere in what a webhook asks', () => {
    const request = { method: 'POST' as const, path: '/', body: { to: [it_], timeout: it_ } };
    const flow = flowWith({ type: 'webhook', connection: 'crm', request, next: 'close' }, 'boolean');
    expect(found(flow)).toEqual([]);
    expect(settingPlaces(flow).map(({ use }) => use)).toEqual([null, null]);
  });

  it.each([
    ['connections', 'crm', { type: 'webhook', connection: it_, request: { method: 'GET', path: '/' }, next: 'close' }],
    ['agents', 'ana', { type: 'notify', to: { agent: it_ }, text: 'Look.', next: 'close' }],
  ] as [string, string, FlowNode][])('whose default names one of the %s names one that exists', (of, name, node) => {
    expect(found(flowWith(node, 'text', name), { [of]: [name] })).toEqual([]);
    expect(found(flowWith(node, 'text', 'nobody'), { [of]: [name] })).toEqual(['E501 /settings/it/default']);
    expect(found(flowWith(node, 'text', ''), { [of]: [name] })).toEqual([]);
  });
});
