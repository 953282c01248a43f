import type { Flow, FlowNode, SettingValues } from '../../../flows';
import { shareOf } from '../../../flows/share';
import { aFlow, ends, Play, START } from '../play';

type Route = Extract<FlowNode, { type: 'route' }>;

/** A route whose outcomes end in different waits; `again` leads from one back to it. */
const routing = (route: Partial<Route>, rest: Partial<Flow> = {}): Flow =>
  aFlow(
    {
      route: {
        type: 'route',
        rule: 'sequence',
        destinations: [{ group: 'first' }, { group: 'second' }],
        next: { routed: 'again', unroutable: 'nowhere' },
        ...route,
      },
      again: { type: 'wait', timeout: '1h', next: { timeout: 'route' } },
      nowhere: { type: 'wait', timeout: '1h', next: { timeout: 'close' } },
      ...ends,
    },
    rest,
  );
const routed = (flow: Flow, settings: SettingValues = {}): Play => new Play(flow, {}, settings).start();

describe('a route by sequence', () => {
  it('takes the next destination at each further visit, and after the last is unroutable', () => {
    const play = routed(routing({}));
    expect(play.now).toMatchObject({ routed: { group: 'first' }, group: 'first', node: 'again' });
    play.timePasses();
    expect(play.now).toMatchObject({ routed: { group: 'second' }, group: 'second', node: 'again' });
    play.timePasses();
    expect(play.now).toMatchObject({ routed: { group: 'second' }, node: 'nowhere' });
  });

  it('takes a named agent too, and leaves the group as it was', () => {
    const play = routed(routing({ destinations: [{ group: 'first' }, { agent: 'ana' }] })).timePasses();
    expect(play.now).toMatchObject({ routed: { agent: 'ana' }, group: 'first' });
  });

  it('begins with the first again when the enquiry is reopened', () => {
    const play = routed(routing({}, { closedReply: { reopenWithin: '14d', at: 'route' } })).timePasses();
    play.send({ type: 'close', agent: 'ana', notify: false });
    play.send({ type: 'mail', message: play.now.message });
    expect(play.now).toMatchObject({ routed: { group: 'first' }, reopened: 1 });
  });

  it('reads groups from settings, and is unroutable when the channel names none', () => {
    const flow = routing({ destinations: [{ group: { setting: 'desk' } }] });
    expect(routed(flow, { desk: 'billing' }).now.routed).toEqual({ group: 'billing' });
    expect(routed(flow).now.node).toBe('nowhere');
    const declared: Flow = { ...flow, settings: { desk: { type: 'group', title: 'Desk', default: 'support' } } };
    expect(routed(declared).now.routed).toEqual({ group: 'support' });
  });
});

describe('a route by percentage', () => {
  const share = shareOf('enquiry-1/route');

  it.each<[string, number, string]>([
    ['below its share the first', share + 1, 'first'],
    ['from its share on the second', share, 'second'],
  ])('%s', (_title, percent, group) => {
    const destinations = [
      { group: 'first', percent },
      { group: 'second', percent: 100 - percent },
    ];
    const play = routed(routing({ rule: 'percentage', destinations }));
    expect(play.now.group).toBe(group);
    expect(play.timePasses().now.group).toBe(group);
  });

  it('leaves out whom the percentages leave out', () => {
    const destinations = [{ group: 'first', percent: share }];
    expect(routed(routing({ rule: 'percentage', destinations })).now.node).toBe('nowhere');
  });
});

describe('a route by schedule', () => {
  const destinations = [{ group: 'day', hours: 'mon-fri 09:00-18:00' }, { group: 'night' }];

  it.each<[string, number, string]>([
    ['Monday 16:00 in Hong Kong', START, 'day'],
    ['Monday 18:00 there', START + 2 * 3_600_000, 'night'],
    ['Sunday noon there', Date.UTC(2026, 9, 4, 4), 'night'],
  ])('takes the first that is open: %s', (_title, at, group) => {
    const play = new Play(routing({ rule: 'schedule', destinations }, { timezone: 'Asia/Hong_Kong' }));
    play.at = at;
    expect(play.start().now.group).toBe(group);
  });

  it('is unroutable when none is open', () => {
    const play = routed(routing({ rule: 'schedule', destinations: [{ group: 'late', hours: 'daily 22:00-23:00' }] }));
    expect(play.now.node).toBe('nowhere');
  });
});
