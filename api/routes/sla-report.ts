import { ApiError } from '../api-error';
import { ok, route, type Route } from '../http/route';
import { list, named, object, text, whole, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { slug } from '../shapes/basics';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;
const DATE = '^\\d{4}-\\d{2}-\\d{2}$';

const countsShape = named(
  'SlaCounts',
  object({
    met: whole({ description: 'Came in the agreed time; what was taken back is not counted.' }),
    warned: whole({ description: 'Was nearly over before it came.' }),
    breached: whole({ description: 'Was over before it came.' }),
  }),
);
const dayShape = named('SlaDay', object({ day: text(), firstResponse: countsShape, resolution: countsShape }));
const reportShape = named('SlaReport', object({ days: list(dayShape), total: dayShape }));
type Counts = TypeOf<typeof countsShape>;

/** What became of the times that flows agree on, day by day. */
export const slaReportRoutes = ({ store }: ApiPorts): Route[] => [
  route({
    id: 'reportSla',
    method: 'get',
    path: '/v1/reports/sla',
    tag: 'operations',
    summary: 'Count met, warned and breached times by day (UTC)',
    description: 'Counted a few seconds after it happened. Days without any are left out.',
    query: object(
      { from: text({ pattern: DATE, description: 'First day, YYYY-MM-DD.' }) },
      {
        to: text({ pattern: DATE, description: 'Last day; the first where absent.' }),
        channel: slug('Only of this channel.'),
      },
    ),
    answers: { 200: reportShape },
    handle: async ({ query }) => {
      const { from, to = from, channel } = query;
      const pages = await store.figures.pages(daysOf(from, to));
      const at = channel === undefined ? '' : `-at-${channel}`;
      const days = pages.map(({ _id: day, figures }) => dayOf(day, figures, at)).filter(hasAny);
      return ok({ days, total: days.reduce(added, dayOf(`${from}/${to}`, {}, '')) });
    },
  }),
];

function daysOf(from: string, to: string): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const count = Math.round((last - first) / DAY_MS) + 1;
  if (!(count >= 1 && count <= MOST_DAYS)) {
    const what = `must be a day from "from" on, at most ${MOST_DAYS} days later`;
    throw new ApiError('wrong-query', undefined, { findings: [{ where: 'to', what }] });
  }
  return Array.from({ length: count }, (_, index) => new Date(first + index * DAY_MS).toISOString().slice(0, 10));
}

function dayOf(day: string, figures: Record<string, number>, at: string): TypeOf<typeof dayShape> {
  const countsOf = (name: string): Counts => ({
    met: Math.max(0, (figures[`sla-${name}-met${at}`] ?? 0) - (figures[`sla-${name}-unmet${at}`] ?? 0)),
    warned: figures[`sla-${name}-warned${at}`] ?? 0,
    breached: figures[`sla-${name}-breached${at}`] ?? 0,
  });
  return { day, firstResponse: countsOf('first-response'), resolution: countsOf('resolution') };
}

const sum = (a: Counts, b: Counts): Counts => ({
  met: a.met + b.met,
  warned: a.warned + b.warned,
  breached: a.breached + b.breached,
});

const added = (total: TypeOf<typeof dayShape>, day: TypeOf<typeof dayShape>): TypeOf<typeof dayShape> => ({
  day: total.day,
  firstResponse: sum(total.firstResponse, day.firstResponse),
  resolution: sum(total.resolution, day.resolution),
});

const hasAny = ({ firstResponse, resolution }: TypeOf<typeof dayShape>): boolean =>
  [firstResponse, resolution].some(({ met, warned, breached }) => met + warned + breached > 0);
