import { calendarAt } from '../../flows';
import type { Calendar, CalendarSettings } from '../../store/calendars';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { refuseWrongCalendar } from '../calendar-settings';
import { created, nothing, ok, route, type Route } from '../http/route';
import { described, flag, list, named, nullable, object, text, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { line, slug } from '../shapes/basics';
import { usesOf } from '../uses';

const holiday = object({
  date: text({
    min: 10,
    max: 10,
    pattern: '^\\d{4}-\\d\\d-\\d\\d$',
    description: 'The day, closed from midnight to midnight.',
  }),
  name: line(80, 'As the story of an enquiry names it.'),
});

const settings = {
  title: line(80, 'As people see it.'),
  timezone: line(100, 'IANA name, such as Asia/Hong_Kong.'),
  hours: line(200, 'Opening hours of the week, such as "mon-fri 09:00-18:00, sat 10:00-13:00".'),
  holidays: list(holiday, { max: 500, description: 'Public holidays and other days on which it is closed.' }),
};

const calendarShape = named(
  'Calendar',
  object({
    id: text(),
    title: text(),
    timezone: text(),
    hours: text(),
    holidays: list(object({ date: text(), name: text() })),
    open: flag('It is open now.'),
    holiday: nullable(described('The holiday that closes it today.', text())),
  }),
);

/** Calendars: opening hours and holidays that flows name; what is changed holds for every enquiry from then on. */
export const calendarRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...savingRoutes(ports),
  deletingRoute(ports),
];

function view(calendar: Calendar, now: Date): TypeOf<typeof calendarShape> {
  const { _id: id, title, timezone, hours, holidays } = calendar;
  const { open, holiday: closedBy = null } = calendarAt(calendar, now.getTime());
  return {
    id,
    title,
    timezone,
    hours,
    holidays: holidays.map(({ date, name }) => ({ date, name })),
    open,
    holiday: closedBy,
  };
}

async function one({ store }: ApiPorts, id: string): Promise<Calendar> {
  const calendar = await store.calendars.get(id);
  if (!calendar) throw notFound('calendar', id);
  return calendar;
}

async function save({ store }: ApiPorts, id: string, wanted: CalendarSettings): Promise<Calendar> {
  refuseWrongCalendar(wanted);
  const holidays = wanted.holidays.toSorted((a, b) => a.date.localeCompare(b.date));
  return store.calendars.save(id, { ...wanted, holidays });
}

function readingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'listCalendars',
      method: 'get',
      path: '/v1/calendars',
      tag: 'settings',
      summary: 'List calendars, and whether each is open now',
      answers: { 200: named('CalendarList', object({ items: list(calendarShape) })) },
      handle: async () => ok({ items: (await store.calendars.list()).map((each) => view(each, now())) }),
    }),
    route({
      id: 'readCalendar',
      method: 'get',
      path: '/v1/calendars/{id}',
      tag: 'settings',
      summary: 'Read one calendar',
      answers: { 200: calendarShape },
      handle: async ({ params }) => ok(view(await one(ports, params.id), now())),
    }),
  ];
}

function savingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  const { holidays, ...needed } = settings;
  return [
    route({
      id: 'createCalendar',
      method: 'post',
      path: '/v1/calendars',
      tag: 'settings',
      summary: 'Make a calendar',
      description: 'The calendar "workspace" holds for flows that read time.open and name none.',
      body: object({ id: slug('Name flows use; never changes.'), ...needed }, { holidays }),
      example: {
        id: 'hong-kong',
        title: 'Hong Kong office',
        timezone: 'Asia/Hong_Kong',
        hours: 'mon-fri 09:00-18:00',
        holidays: [{ date: '2027-02-06', name: 'Lunar New Year' }],
      },
      answers: { 201: calendarShape },
      errors: ['already-exists'],
      handle: async (call) => {
        const { id, holidays: days = [], ...rest } = call.body;
        if (await store.calendars.get(id)) throw new ApiError('already-exists', `There is a calendar "${id}" already.`);
        const calendar = await save(ports, id, { ...rest, holidays: days });
        await recordChange(ports, call, { what: 'calendar.create', about: id, before: null, after: kept(calendar) });
        return created(view(calendar, now()), `/v1/calendars/${id}`);
      },
    }),
    route({
      id: 'editCalendar',
      method: 'patch',
      path: '/v1/calendars/{id}',
      tag: 'settings',
      summary: 'Change a calendar; the holidays given take the place of all',
      body: object({}, settings),
      example: { hours: 'mon-fri 08:00-18:00' },
      answers: { 200: calendarShape },
      handle: async (call) => {
        const { params, body } = call;
        const before = await one(ports, params.id);
        const after = await save(ports, before._id, {
          title: body.title ?? before.title,
          timezone: body.timezone ?? before.timezone,
          hours: body.hours ?? before.hours,
          holidays: body.holidays ?? before.holidays,
        });
        const change = { before: kept(before), after: kept(after) };
        await recordChange(ports, call, { what: 'calendar.change', about: before._id, ...change });
        return ok(view(after, now()));
      },
    }),
  ];
}

/** What stands in the audit: whether it is open now is no setting. */
function kept({ title, timezone, hours, holidays }: Calendar): CalendarSettings {
  return { title, timezone, hours, holidays };
}

function deletingRoute(ports: ApiPorts): Route {
  return route({
    id: 'deleteCalendar',
    method: 'delete',
    path: '/v1/calendars/{id}',
    tag: 'settings',
    summary: 'Delete a calendar that no live flow names',
    answers: { 204: 'nothing' },
    errors: ['still-used'],
    handle: async (call) => {
      const before = await one(ports, call.params.id);
      const usedBy = await usesOf(ports, 'calendar', before._id);
      if (usedBy.length > 0) throw new ApiError('still-used', undefined, { usedBy });
      await ports.store.calendars.remove(before._id);
      const change = { before: kept(before), after: null };
      await recordChange(ports, call, { what: 'calendar.delete', about: before._id, ...change });
      return nothing();
    },
  });
}
