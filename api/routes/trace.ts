import { onlySeen } from '../enquiry-guard';
import { ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, text } from '../http/schema';
import { ledgerViews } from '../ledger-views';
import type { ApiPorts } from '../ports';
import { iso, isoOrNull } from '../shapes/basics';
import { enquirySummaryShape, summaryView } from '../shapes/enquiry';
import { entryShape } from '../shapes/ledger';
import { outboxShape, outboxView } from '../shapes/outbox';
import { collectTrace } from '../trace';
import { nothingFound, tellTrace } from '../trace-story';

const DAY_MS = 86_400_000;

const traceShape = named(
  'Trace',
  object({
    word: text(),
    since: instant('Looked from then on.'),
    until: instant('Looked until then.'),
    nothing: nullable(text({ description: 'Said when nothing was found.' })),
    tales: list(
      object({
        title: text(),
        lines: list(object({ at: nullable(instant('When; null for how it stands now.')), sentence: text() })),
        enquiry: nullable(enquirySummaryShape),
        entries: list(entryShape),
        outbox: list(outboxShape),
      }),
    ),
  }),
);
/** The whole story of a mail, in plain sentences. */
export const traceRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  return [
    route({
      id: 'trace',
      method: 'get',
      path: '/v1/trace',
      tag: 'ledger',
      summary: 'The whole story of a mail by address, Message-ID or enquiry number, in plain sentences',
      query: object(
        { word: text({ min: 1, max: 1000, description: 'ann@example.com, <id@host> or 17.' }) },
        {
          since: instant('Look from then on; 30 days ago when absent.'),
          until: instant('Look until then; now when absent.'),
        },
      ),
      answers: { 200: traceShape },
      handle: async ({ caller, query }) => {
        const until = query.until ? new Date(query.until) : now();
        const since = query.since ? new Date(query.since) : new Date(until.getTime() - 30 * DAY_MS);
        const sees = async (things: { enquiry: string | null; channel: string }[]): Promise<boolean[]> => {
          const visible = new Set(await onlySeen(ports, caller, things));
          return things.map((thing) => visible.has(thing));
        };
        const trace = await collectTrace(store, { word: query.word, since, until, sees });
        const stories = tellTrace(trace);
        const channels = new Map((await store.channels.list()).map((each) => [each._id, each]));
        const entries = await Promise.all(trace.tales.map((tale) => ledgerViews(ports, tale.entries)));
        return ok({
          word: trace.word,
          since: iso(since),
          until: iso(until),
          nothing: stories.length === 0 ? nothingFound(trace) : null,
          tales: trace.tales.map((tale, index) => ({
            title: stories[index]?.title ?? '',
            lines: (stories[index]?.lines ?? []).map(({ at, sentence }) => ({ at: isoOrNull(at), sentence })),
            enquiry: tale.enquiry && summaryView(tale.enquiry),
            entries: entries[index] ?? [],
            outbox: tale.outbox.map((entry) => outboxView(entry, channels.get(entry.channel) ?? null)),
          })),
        });
      },
    }),
  ];
};
