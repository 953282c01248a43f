import type { CalendarAt, Flow, FlowNode, SettingValues } from '../../../flows';
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

describe('a route by calendars', () => {
  const byOffice = routing({
    rule: 'schedule',
    destinations: [
      { group: 'day', calendar: 'office' },
      { group: 'evening', calendar: 'hotline', hours: 'mon-fri 08:00-09:00' },
    ],
  });
  const look = (calendars: Record<string, CalendarAt>): Play =>
    new Play(byOffice, { lookAtCalendars: { calendars } }).start();

  it('asks for all it names, and takes the first that is open', () => {
    const play = look({ office: { open: true }, hotline: { open: true } });
    expect(play.all('lookAtCalendars')).toMatchObject([{ calendars: ['office', 'hotline'] }]);
    expect(play.now.routed).toEqual({ group: 'day' });
  });

  it('says which holiday closes it', () => {
    const play = look({ office: { open: false, holiday: 'Founding day' }, hotline: { open: true } });
    expect(play.now.routed).toEqual({ group: 'evening' });
    expect(play.trace.find(({ kind }) => kind === 'route')?.what).toBe(
      'By schedule: evening. Closed by a holiday (office: Founding day).',
    );
  });

  it('is unroutable when none is open, or not known', () => {
    expect(look({ office: { open: false }, hotline: { open: false } }).now.node).toBe('nowhere');
    expect(look({}).now.node).toBe('nowhere');
  });

  it('needs hours and calendar open where both are named', () => {
    const late = new Play(byOffice, { lookAtCalendars: { calendars: { hotline: { open: true } } } });
    late.at = START + 3 * 3_600_000;
    expect(late.start().now.node).toBe('nowhere');
  });

  it('fails when the calendars cannot be read', () => {
    const flow = { ...byOffice, onError: 'again' };
    expect(new Play(flow, { lookAtCalendars: { error: 'CalendarUnknown' } }).start().now.node).toBe('again');
  });
});

describe('sticky of a route', () => {
  it('is kept for the ring behind it, and forgotten by a route without', () => {
    expect(routed(routing({ sticky: '2d', destinations: [{ group: 'first' }] })).now.sticky).toBe(2 * 86_400_000);
    const next = { routed: 'other', unroutable: 'nowhere' };
    const two = routing({ sticky: '2d', next });
    const other: Route = {
      type: 'route',
      rule: 'sequence',
      destinations: [{ group: 'second' }],
      next: { routed: 'again', unroutable: 'nowhere' },
    };
    expect(routed({ ...two, nodes: { ...two.nodes, other } }).now).not.toHaveProperty('sticky');
  });
});
