import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFlow, parseFlow, walkFindings, type Flow } from '../../flows';
import { walkFlow } from '../../flows/walk/walk';
import { aFlow, ends, ringFlow } from './play';

const examples = join(__dirname, '../../flows/examples');
const names = readdirSync(examples).filter((name) => name.endsWith('.json') && !name.endsWith('.test.json'));
const codesOf = (flow: Flow): string[] =>
  walkFindings(JSON.stringify(flow), flow).map(({ code, pointer }) => `${code} ${pointer}`);

describe('walking a flow through everything that can happen', () => {
  it.each(names)('%s: comes to every node, and the engine stops nowhere', (name) => {
    const text = readFileSync(join(examples, name), 'utf8');
    const { flow } = parseFlow(text);
    if (!flow) throw new Error(`${name} is not sound`);
    const { nodes, parked } = walkFlow(flow);
    expect(Object.keys(flow.nodes).filter((node) => !nodes.has(node))).toEqual([]);
    expect([...parked]).toEqual([]);
    expect(walkFindings(text, flow)).toEqual([]);
  });

  it('ends after a counted number of steps, and then calls nothing unreachable', () => {
    const flow = ringFlow();
    expect(walkFlow(flow, 50)).toMatchObject({ complete: false, steps: expect.any(Number) });
    expect(walkFlow(flow, 50).steps).toBeLessThan(80);
    for (const limit of [1, 5, 20, 50]) expect(walkFindings(JSON.stringify(flow), flow, limit)).toEqual([]);
    expect(walkFlow(flow)).toMatchObject({ complete: true });
  });

  it('takes both ways of a schedule', () => {
    const flow = aFlow(
      {
        route: {
          type: 'route',
          rule: 'schedule',
          destinations: [{ group: 'day', hours: 'mon-fri 09:00-18:00' }],
          next: { routed: 'serve', unroutable: 'close' },
        },
        ...ends,
      },
      { onTaken: 'serve', onClosed: 'close' },
    );
    expect([...walkFlow(flow).ways]).toEqual(expect.arrayContaining(['route routed', 'route unroutable']));
  });
});

describe('a walk', () => {
  it('takes both ways where a text or number comes from outside, and of what is made of it', () => {
    const flow = aFlow(
      {
        ask: {
          type: 'webhook',
          connection: 'crm',
          request: { method: 'GET', path: '/tier' },
          save: { tier: '/tier', age: '/age' },
          next: 'name',
        },
        name: { type: 'set', values: { full: { cat: ['tier ', { var: 'vars.tier' }] } }, next: 'look' },
        look: {
          type: 'switch',
          cases: [
            { when: { '===': [{ var: 'vars.tier' }, 'gold'] }, next: 'close' },
            { when: { '>': [{ var: 'vars.age' }, 365] }, next: 'close' },
            { when: { startsWith: [{ var: 'vars.full' }, 'tier s'] }, next: 'close' },
          ],
          default: 'close',
        },
        ...ends,
      },
      {
        onTaken: 'serve',
        onClosed: 'close',
        variables: {
          tier: { type: 'string', default: '' },
          age: { type: 'integer', default: 0 },
          full: { type: 'string', default: '' },
        },
      },
    );
    const { ways } = walkFlow(flow);
    expect([...ways].filter((way) => way.startsWith('look')).toSorted()).toEqual([
      'look case 1',
      'look case 2',
      'look case 3',
      'look default',
    ]);
  });
});

describe('a walk finds', () => {
  it('a case whose variable never has that value', () => {
    const flow = aFlow(
      {
        choose: { type: 'set', values: { tier: 'gold' }, next: 'look' },
        look: {
          type: 'switch',
          cases: [
            { when: { '===': [{ var: 'vars.tier' }, 'gold'] }, next: 'close' },
            { when: { '===': [{ var: 'vars.tier' }, 'silver'] }, next: 'idle' },
          ],
          default: 'close',
        },
        close: { type: 'close', reason: 'resolved', notify: false },
        idle: { type: 'close', reason: 'idle', notify: false },
      },
      { variables: { tier: { type: 'string', default: 'none' } } },
    );
    // What is behind it would only be an echo.
    expect(codesOf(flow)).toEqual(['W213 /nodes/look/cases/1']);
  });

  it('a circle without a pause that the linter finds as well', () => {
    const flow = ringFlow({ next: { accepted: 'serve', timeout: 'missed', unavailable: 'ring' } });
    expect(codesOf(flow)).toEqual(['E206 /nodes/ring']);
    expect(checkFlow(JSON.stringify(flow)).map(({ code }) => code)).toContain('E206');
  });

  it('no circle where a ring is rung again after its time', () => {
    const again = ringFlow({ next: { accepted: 'serve', timeout: 'ring', unavailable: 'nobody-there' } });
    expect(codesOf(again).filter((each) => each.startsWith('E'))).toEqual([]);
  });

  it('no circle where every round waits', () => {
    const waits = ringFlow({ next: { accepted: 'serve', timeout: 'missed', unavailable: 'nobody-there' } });
    expect(codesOf(waits)).toEqual([]);
  });
});
