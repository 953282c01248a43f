import type { NoticeSort } from '../../flows/state';
import type { Notice } from '../../store/notices';
import { notFound } from '../api-error';
import { ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { id, iso, isoOrNull } from '../shapes/basics';

const sorts = [
  'flow',
  'transfer-failed',
  'delivery-failed',
  'parked',
  'mention',
  'customer-replied',
  'transferred',
  'taken-over',
  'snooze-ended',
  'webhook-failing',
  'missed',
  'not-responding',
  'assigned',
  'mail-held',
  'side-answer',
  'sla',
  'agent-note',
] as const satisfies readonly NoticeSort[];

const noticeShape = named(
  'Notice',
  object({
    id: text(),
    at: instant('When you were told.'),
    sort: word(
      sorts,
      'What it is about; "flow": the words of a flow; "mention": a note names you; "customer-replied": an answer to what you serve.',
    ),
    text: text(),
    enquiry: nullable(text({ description: 'The enquiry it is about.' })),
    channel: nullable(text()),
    readAt: nullable(instant('When you had read it.')),
  }),
);

const noticesShape = named(
  'Notices',
  object({ items: list(noticeShape), unread: whole({ description: 'How many you have not read.' }) }),
);

const view = ({ at, readAt, ...notice }: Notice): TypeOf<typeof noticeShape> => ({
  id: notice.id,
  at: iso(at),
  sort: notice.sort,
  text: notice.text,
  enquiry: notice.enquiry,
  channel: notice.channel,
  readAt: isoOrNull(readAt),
});

/** Notices: what I was told. Nobody reads another's. */
export const noticeRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  const mine = async (user: string): Promise<TypeOf<typeof noticesShape>> => {
    const { notices, unread } = await store.notices.of(user, now());
    return { items: notices.map(view), unread };
  };
  return [
    route({
      id: 'listNotices',
      method: 'get',
      path: '/v1/notices',
      tag: 'desk',
      summary: 'What I was told, newest first',
      description: 'The last 200 of 30 days. GET /v1/events says "notices" when something was added or read.',
      answers: { 200: noticesShape },
      handle: async ({ caller }) => ok(await mine(caller.id)),
    }),
    route({
      id: 'readNotices',
      method: 'post',
      path: '/v1/notices/read',
      tag: 'desk',
      summary: 'Mark a notice as read, or all that I was told until now',
      body: object({}, { notice: id('Id of the notice; all when absent.') }),
      example: {},
      answers: { 200: noticesShape },
      errors: ['not-found'],
      handle: async ({ caller, body: { notice } }) => {
        if (notice === undefined) await store.notices.readAll(caller.id, now());
        else if (!(await store.notices.read(caller.id, notice, now()))) throw notFound('notice', notice);
        store.hints.tell({ about: 'notices', agent: caller.id });
        return ok(await mine(caller.id));
      },
    }),
  ];
};
