import { calendarAt, durationMs, durationWords } from '../../flows';
import { isOpen, readHours } from '../../flows/hours';
import { isTimezone, localTime } from '../../flows/local-time';
import { shareOf } from '../../flows/share';

describe('a duration', () => {
  it.each<[string, number | null]>([
    ['60s', 60_000],
    ['15m', 900_000],
    ['8h', 28_800_000],
    ['3d', 259_200_000],
    ['PT60S', 60_000],
    ['PT1H30M', 5_400_000],
    ['P1DT2H', 93_600_000],
    ['P2D', 172_800_000],
    ['0s', null],
    ['60', null],
    ['', null],
    ['1w', null],
    ['1.5h', null],
    ['-5m', null],
    [' 5m', null],
    ['5 m', null],
    ['5M', null],
    ['P', null],
    ['PT', null],
    ['P1DT', null],
    ['P1M', null],
    ['PT0S', null],
    ['9999999999s', null],
  ])('%j is %j milliseconds', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each<[number, string]>([
    [0, '0 s'],
    [60_000, '1 min'],
    [5_400_000, '1 h 30 min'],
    [93_784_000, '1 d 2 h'],
  ])('%i milliseconds are called %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
});

describe('local time', () => {
  it.each<[string, string, object]>([
    ['2026-10-05T08:00:00Z', 'Asia/Hong_Kong', { text: '2026-10-05T16:00', weekday: 'mon', hour: 16, minute: 0 }],
    ['2026-10-04T23:30:00Z', 'Asia/Hong_Kong', { text: '2026-10-05T07:30', weekday: 'mon' }],
    ['2026-07-01T12:00:00Z', 'Europe/Berlin', { hour: 14 }],
    ['2026-12-01T12:00:00Z', 'Europe/Berlin', { hour: 13 }],
    ['2026-01-01T00:00:00Z', 'UTC', { text: '2026-01-01T00:00', hour: 0, weekday: 'thu', day: 4 }],
    ['2026-01-01T00:00:00Z', 'Nowhere/Land', { text: '2026-01-01T00:00' }],
  ])('at %s in %s', (at, zone, shown) => {
    expect(localTime(Date.parse(at), zone)).toMatchObject(shown);
  });

  it('is total', () => {
    expect(localTime(Number.NaN, 'UTC').text).toBe('1970-01-01T00:00');
    expect(localTime(Number.MAX_VALUE, 'UTC').text).toBe('1970-01-01T00:00');
    expect(isTimezone('')).toBe(false);
  });
});

describe('opening hours', () => {
  it.each<[string, string, boolean]>([
    ['mon-fri 09:00-18:00', '2026-10-05T09:00', true],
    ['mon-fri 09:00-18:00', '2026-10-05T08:59', false],
    ['mon-fri 09:00-18:00', '2026-10-05T18:00', false],
    ['mon-fri 09:00-18:00', '2026-10-04T12:00', false],
    ['mon-fri 09:00-18:00, sat 10:00-13:00', '2026-10-10T12:00', true],
    ['sat-mon 10:00-11:00', '2026-10-04T10:30', true],
    ['mon wed 10:00-11:00', '2026-10-07T10:30', true],
    ['mon wed 10:00-11:00', '2026-10-06T10:30', false],
    ['daily 00:00-24:00', '2026-10-06T23:59', true],
    ['fri 22:00-06:00', '2026-10-09T23:00', true],
    ['fri 22:00-06:00', '2026-10-10T05:59', true],
    ['fri 22:00-06:00', '2026-10-10T06:00', false],
    ['fri 22:00-06:00', '2026-10-09T05:00', false],
  ])('%s at %s: %s', (text, local, open) => {
    expect(isOpen(readHours(text) ?? [], localTime(Date.parse(`${local}:00Z`), 'UTC'))).toBe(open);
  });

  it.each([
    '',
    'always',
    '09:00-18:00',
    'mon-fri',
    'mon-fri 9:00-18:00',
    'mon 25:00-26:00',
    'mon 10:60-11:00',
    'moon 10:00-11:00',
  ])('%j cannot be read', (text) => {
    expect(readHours(text)).toBeNull();
  });
});

describe('a share', () => {
  it('is always the same for a name, and even over many', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 10_000; index++) {
      const share = shareOf(`enquiry-${index}/route`);
      expect(shareOf(`enquiry-${index}/route`)).toBe(share);
      counts[Math.floor(share / 10)]! += 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('a calendar', () => {
  const office = {
    timezone: 'Asia/Hong_Kong',
    hours: 'mon-fri 09:00-18:00, sat 22:00-02:00',
    holidays: [{ date: '2026-10-01', name: 'National Day' }],
  };
  it.each([
    ['2026-09-30T01:00:00Z', { open: true }],
    ['2026-09-30T00:59:00Z', { open: false }],
    ['2026-10-01T03:00:00Z', { open: false, holiday: 'National Day' }],
    ['2026-09-30T16:00:00Z', { open: false, holiday: 'National Day' }],
    ['2026-10-01T16:00:00Z', { open: false }],
    ['2026-10-02T01:00:00Z', { open: true }],
    ['2026-10-03T17:00:00Z', { open: true }],
  ])('at %s is %o', (at, expected) => {
    expect(calendarAt(office, Date.parse(at))).toEqual(expected);
  });

  it('is closed when its hours cannot be read', () => {
    expect(calendarAt({ ...office, hours: 'always' }, Date.now()).open).toBe(false);
  });
});
