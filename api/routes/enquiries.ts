import type { OpenEnquiryFilter } from '../../store/open-enquiries';
import type { Caller } from '../caller';
import { maySee, onlySeen, seenEnquiry } from '../enquiry-guard';
import { pageBySkip, skipOf } from '../http/cursor';
import { ok, route, type Route } from '../http/route';
import { flag, instant, list, object, page, text, whole, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { sightOf } from '../visibility';
import { enquiryShape, enquirySummaryShape, enquiryView, statuses, summaryView } from '../shapes/enquiry';

const DAY_MS = 86_400_000;

/** Enquiries: lists and single ones. */
export const enquiryRoutes = (ports: ApiPorts): Route[] => [...listRoutes(ports), ...readingRoutes(ports)];

const runUrl = ({ temporalNames }: ApiPorts, run: { workflowId: string; runId: string } | null): string | null => {
  const { uiUrl, namespace } = temporalNames;
  if (!run || uiUrl === null) return null;
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(run.workflowId)}/${run.runId}/history`;
};

async function closedPage(ports: ApiPorts, caller: Caller, since: Date, limit: number, skip: number) {
  const { store, now } = ports;
  const found = await store.enquiries.closedBetween(since, now(), skip + limit + 1);
  const { items, next } = pageBySkip(found.slice(skip), limit, skip);
  const visible = await onlySeen(
    ports,
    caller,
    items.map((each) => ({ ...each, enquiry: each._id })),
  );
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
          since: instant('Closed ones: closed then or later; 30 days ago when absent.'),
          limit: whole({ min: 1, max: 200 }),
          cursor: text({ max: 200 }),
        },
      ),
      answers: { 200: page('EnquiryPage', enquirySummaryShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        const { limit = 50, cursor, since, ...wanted } = query;
        const skip = skipOf(cursor);
        if (wanted.status?.includes('closed') && !wanted.attention) {
          const from = since ? new Date(since) : new Date(now().getTime() - 30 * DAY_MS);
          return ok(await closedPage(ports, caller, from, limit, skip));
        }
        const found = await store.enquiries.open.list({ ...filterOf(caller, wanted), limit: limit + 1, skip });
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
        return ok(enquiryView(enquiry, { links: links.flat(), runUrl: runUrl(ports, enquiry.run) }));
      },
    }),
  ];
}

interface Wanted {
  status?: (typeof statuses)[number][] | undefined;
  attention?: boolean | undefined;
  mine?: boolean | undefined;
  unassigned?: boolean | undefined;
  group?: string | undefined;
  channel?: string | undefined;
  contact?: string | undefined;
  tag?: string | undefined;
}

function filterOf(caller: Caller, wanted: Wanted): OpenEnquiryFilter {
  const { status, attention = false, mine, unassigned, group, channel, contact, tag } = wanted;
  const sight = sightOf(caller);
  return {
    status: status && status.length > 0 ? status : [...statuses],
    attention,
    ...(mine ? { assignee: caller.id } : unassigned ? { assignee: null } : {}),
    ...(group === undefined ? {} : { group }),
    ...(channel === undefined ? {} : { channel }),
    ...(contact === undefined ? {} : { contact }),
    ...(tag === undefined ? {} : { tag }),
    ...(sight === null ? {} : { visibleTo: sight }),
  };
}
