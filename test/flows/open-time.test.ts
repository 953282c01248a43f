import { afterOpenTime, openTimeBetween } from '../../flows/open-time';
import { NEVER } from '../../flows/state';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);
const office = {
  timezone: 'UTC',
  hours: 'mon-fri 09:00-12:00, mon-fri 13:00-18:00',
  holidays: [{ date: '2026-10-07', name: 'A day off' }],
};

describe('opening time', () => {
  // 5 October 2026 is a Monday.
  it.each<[string, string, number, string]>([
    ['passes while it is open', '2026-10-05T09:00Z', 2, '2026-10-05T11:00:00.000Z'],
    ['begins when it opens', '2026-10-05T03:00Z', 2, '2026-10-05T11:00:00.000Z'],
    ['stands still at noon', '2026-10-05T11:00Z', 2, '2026-10-05T14:00:00.000Z'],
    ['ends at the very end of a span', '2026-10-05T10:00Z', 2, '2026-10-05T12:00:00.000Z'],
    ['goes on the next day', '2026-10-05T17:00Z', 2, '2026-10-06T10:00:00.000Z'],
    ['leaves holidays out', '2026-10-06T17:00Z', 2, '2026-10-08T10:00:00.000Z'],
    ['leaves the weekend out', '2026-10-09T17:00Z', 2, '2026-10-12T10:00:00.000Z'],
    ['counts whole weeks', '2026-10-12T09:00Z', 40, '2026-10-16T18:00:00.000Z'],
  ])('%s', (_what, from, hours, until) => {
    const end = afterOpenTime(office, at(from), hours * HOUR);
    expect(new Date(end).toISOString()).toBe(until);
    expect(openTimeBetween(office, at(from), end)).toBe(hours * HOUR);
  });

  it('passes around the clock without a calendar', () => {
    expect(afterOpenTime(null, 1000, HOUR)).toBe(1000 + HOUR);
    expect(openTimeBetween(null, 1000, 5000)).toBe(4000);
    expect(openTimeBetween(null, 5000, 1000)).toBe(0);
  });

  it('never passes where it never opens', () => {
    expect(afterOpenTime({ ...office, hours: '' }, at('2026-10-05T09:00Z'), HOUR)).toBe(NEVER);
    expect(openTimeBetween({ ...office, hours: '' }, 0, at('2026-10-05T09:00Z'))).toBe(0);
  });

  it('follows the night into the next day, and the clock that is put back', () => {
    const night = { timezone: 'Europe/Berlin', hours: 'daily 22:00-06:00', holidays: [] };
    // 24 to 25 October 2026: at 03:00 it is 02:00 again, so this night has nine hours.
    const dusk = at('2026-10-24T22:00+02:00');
    expect(new Date(afterOpenTime(night, dusk, 9 * HOUR)).toISOString()).toBe('2026-10-25T05:00:00.000Z');
    expect(openTimeBetween(night, dusk, at('2026-10-25T12:00+01:00'))).toBe(9 * HOUR);
  });

  it('joins spans that overlap', () => {
    const twice = { timezone: 'UTC', hours: 'mon 09:00-13:00, mon 12:00-14:00', holidays: [] };
    expect(openTimeBetween(twice, at('2026-10-05T00:00Z'), at('2026-10-06T00:00Z'))).toBe(5 * HOUR);
  });
});
