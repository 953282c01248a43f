import type { Enquiry } from '../../store/enquiries';
import type { OutboxEntry } from '../../store/outbox';
import type { Caller } from '../caller';
import { filterOf } from '../enquiry-filter';
import { maySee, onlyReached, seenEnquiry } from '../enquiry-guard';
import { pageBySkip, skipOf } from '../http/cursor';
import { ok, route, type Route } from '../http/route';
import { flag, instant, list, object, page, text, whole, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { waitingOf } from '../waiting';
import { watchersView } from '../shapes/watcher';
import { enquiryShape, enquirySummaryShape, enquiryView, slaStandings, statuses, summaryView } from '../shapes/enquiry';

const DAY_MS = 86_400_000;

/** Enquiries: lists and single ones. */
export const enquiryRoutes = (ports: ApiPorts): Route[] => [...listRoutes(ports), ...readingRoutes(ports)];

const runUrl = ({ temporalNames }: ApiPorts, run: { workflowId: string; runId: string } | null): string | null => {
  const { uiUrl, namespace } = temporalNames;
  if (!run || uiUrl === null) return null;
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(run.workflowId)}/${run.runId}/history`;
};

async function pageBack(
  ports: ApiPorts,
  caller: Caller,
  newest: (most: number) => Promise<Enquiry[]>,
  { limit, skip }: { limit: number; skip: number },
) {
  const found = await newest(skip + limit + 1);
  const { items, next } = pageBySkip(found.slice(skip), limit, skip);
  const visible = await onlyReached(ports, caller, items);
  return { items: visible.map(summaryView), next };
}

function listRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'listEnquiries',
      method: 'get',
      path: '/v1/enquiries',
      tag: 'enquiries',
      summary: 'List enquiries you may see: priority first, then oldest; closed ones newest first',
      description:
        'Without "status" all open ones, and closed ones that need attention: a mail of theirs did not arrive. "mine" are those you serve. All closed ones need status=closed alone.',
      query: object(
        {},
        {
          status: list(word(statuses), { max: statuses.length }),
          mine: flag('Only those I serve.'),
          attention: flag('Only those that need attention, be they closed.'),
          unassigned: flag('Only those nobody serves.'),
          group: text({ max: 100 }),
          channel: text({ max: 100 }),
          contact: text({ max: 100 }),
          tag: text({ max: 100 }),
          sla: list(word(slaStandings), {
            max: slaStandings.length,
            description:
              'Open ones that stand so to their agreed times: "warned" one is nearly over, "breached" one is over and still owed.',
          }),
          spam: flag('Only those that were called spam, by a person or by the mail provider; newest first.'),
          since: instant('Closed ones and spam: since then; 30 days ago when absent.'),
          limit: whole({ min: 1, max: 200 }),
          cursor: text({ max: 200 }),
        },
      ),
      answers: { 200: page('EnquiryPage', enquirySummaryShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        const { limit = 50, cursor, since, ...wanted } = query;
        const skip = skipOf(cursor);
        const { closedBetween, spamSince } = store.enquiries;
        const back = wanted.spam ? spamSince : wanted.status?.includes('closed') && !wanted.attention && closedBetween;
        if (back) {
          const from = since ? new Date(since) : new Date(now().getTime() - 30 * DAY_MS);
          return ok(await pageBack(ports, caller, (most) => back(from, now(), most), { limit, skip }));
        }
        const found = await store.enquiries.open.list({
          ...(await filterOf(ports, caller, wanted)),
          limit: limit + 1,
          skip,
        });
        return ok(pageBySkip(found.map(summaryView), limit, skip));
      },
    }),
  ];
}

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'readEnquiry',
      method: 'get',
      path: '/v1/enquiries/{id}',
      tag: 'enquiries',
      summary: 'Read one enquiry',
      answers: { 200: enquiryShape },
      handle: async ({ caller, params }) => {
        const enquiry = await seenEnquiry(ports, caller, params.id);
        const links = await Promise.all(
          enquiry.links.map(async (link) => ((await maySee(ports, caller, link)) ? [link] : [])),
        );
        const leaves = ({ state }: OutboxEntry): boolean => ['queued', 'held'].includes(state);
        const scheduled = (await ports.store.outbox.getMany(enquiry.scheduled ?? [])).filter(leaves);
        const present = await ports.store.watchers.of(enquiry._id, ports.now());
        const watchers = await watchersView(ports, present, caller.id);
        const waiting = await waitingOf(ports, enquiry);
        const run = { runUrl: runUrl(ports, enquiry.run) };
        return ok(enquiryView(enquiry, { links: links.flat(), ...run, scheduled, watchers, waiting }));
      },
    }),
  ];
}
