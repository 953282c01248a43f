import type { BlocklistEntry } from '../../store/blocklist';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { pageBySkip, skipOf } from '../http/cursor';
import { nothing, ok, route, type Route } from '../http/route';
import { instant, list, named, object, page, text, whole, type TypeOf } from '../http/schema';
import { GLOBAL_LIST, knownLists } from '../known-lists';
import type { ApiPorts } from '../ports';
import { iso, mustBeSlug } from '../shapes/basics';
import { maySeeChannelMail } from '../visibility';

const entryShape = named(
  'BlocklistEntry',
  object({
    list: text(),
    sender: text(),
    reason: text(),
    by: text(),
    at: instant('When it was added.'),
    hits: whole({ description: 'How many mails it refused, about.' }),
  }),
);

const view = (entry: BlocklistEntry): TypeOf<typeof entryShape> => ({
  list: entry.list,
  sender: entry.sender,
  reason: entry.reason,
  by: entry.by,
  at: iso(entry.at),
  hits: entry.hits,
});

const senderInput = text({ min: 3, max: 254, pattern: '^[^\\s@<>|]*@[^\\s@<>|]+$' });
const reasonInput = text({ max: 500 });

/** Senders refused: the list "global", lists of channels (named by the channel) and lists that flows name. */
export const blocklistRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...changingRoutes(ports),
  editingRoute(ports),
];

/** Supervisors look after the lists of addresses granted to them; the others are the admins'. */
function mine(caller: Caller, listName: string): string {
  if (!maySeeChannelMail(caller, listName)) throw notFound('blocklist', listName);
  return listName;
}

function readingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listBlocklists',
      method: 'get',
      path: '/v1/blocklists',
      tag: 'settings',
      summary: 'List blocklists: the global one, those of channels, and those flows may name',
      description: 'A list comes to be by its first sender, with POST /v1/blocklists/{list}.',
      answers: {
        200: named('BlocklistList', object({ items: list(object({ list: text(), entries: whole() })) })),
      },
      handle: async ({ caller }) => {
        const items = await knownLists(store);
        return ok({ items: items.filter((each) => maySeeChannelMail(caller, each.list)) });
      },
    }),
    route({
      id: 'listBlocked',
      method: 'get',
      path: '/v1/blocklists/{list}',
      tag: 'settings',
      summary: 'List the senders a blocklist refuses',
      query: object({}, { limit: whole({ min: 1, max: 1000 }), cursor: text({ max: 200 }) }),
      answers: { 200: page('BlocklistPage', entryShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, params, query }) => {
        const { limit = 100 } = query;
        const skip = skipOf(query.cursor);
        const found = await store.blocklist.list(mine(caller, params.list), limit + 1, skip);
        const known = found.length > 0 || params.list === GLOBAL_LIST || (await store.channels.get(params.list));
        if (!known && skip === 0) throw notFound('blocklist', params.list);
        return ok(pageBySkip(found.map(view), limit, skip));
      },
    }),
  ];
}

function changingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'block',
      method: 'post',
      path: '/v1/blocklists/{list}',
      tag: 'settings',
      summary: 'Add senders: addresses, or whole domains as "@example.org"',
      body: object({
        senders: list(senderInput, { min: 1, max: 1000 }),
        reason: reasonInput,
      }),
      example: { senders: ['spam@example.org', '@bad.example'], reason: 'advertising' },
      answers: { 200: named('Blocked', object({ added: list(text()), present: list(text()) })) },
      handle: async (call) => {
        mustBeSlug(call.params.list);
        const listName = mine(call.caller, call.params.list);
        const { reason } = call.body;
        const senders = [...new Set(call.body.senders.map((sender) => sender.trim().toLowerCase()))];
        const entries = senders.map((sender) => ({ list: listName, sender, reason, by: call.caller.id, at: now() }));
        const made = new Set(await store.blocklist.add(entries));
        const added = senders.filter((sender) => made.has(`${listName}|${sender}`));
        await recordChange(ports, call, {
          what: 'blocklist.add',
          about: listName,
          before: null,
          after: { added, reason },
        });
        return ok({ added, present: senders.filter((sender) => !added.includes(sender)) });
      },
    }),
    route({
      id: 'unblock',
      method: 'delete',
      path: '/v1/blocklists/{list}/{sender}',
      tag: 'settings',
      summary: 'Take a sender off a blocklist',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const listName = mine(call.caller, call.params.list);
        const sender = call.params.sender.trim().toLowerCase();
        if ((await store.blocklist.remove([`${listName}|${sender}`])) === 0) throw notFound('blocklist entry', sender);
        await recordChange(ports, call, { what: 'blocklist.remove', about: listName, before: { sender }, after: null });
        return nothing();
      },
    }),
  ];
}

function editingRoute(ports: ApiPorts): Route {
  const { store } = ports;
  return route({
    id: 'editBlocked',
    method: 'patch',
    path: '/v1/blocklists/{list}/{sender}',
    tag: 'settings',
    summary: 'Change the sender or the reason of an entry; when it was added and how often it refused stay',
    body: object({}, { sender: senderInput, reason: reasonInput }),
    example: { sender: '@bad.example', reason: 'all of them advertise' },
    answers: { 200: entryShape },
    errors: ['already-exists'],
    handle: async (call) => {
      const listName = mine(call.caller, call.params.list);
      const before = await store.blocklist.get(listName, call.params.sender);
      if (!before) throw notFound('blocklist entry', call.params.sender);
      const { sender = before.sender, reason = before.reason } = call.body;
      const after = await store.blocklist.edit(before, { sender, reason });
      if (after === 'taken') throw new ApiError('already-exists', `The list refuses ${sender.toLowerCase()} already.`);
      if (!after) throw notFound('blocklist entry', before.sender);
      const what = (entry: BlocklistEntry) => ({ sender: entry.sender, reason: entry.reason });
      const change = { what: 'blocklist.change', about: listName, before: what(before), after: what(after) };
      await recordChange(ports, call, change);
      return ok(view(after));
    },
  });
}
