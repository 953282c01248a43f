import type { Undeliverable } from '../../store/undeliverable';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { maySee, onlySeen } from '../enquiry-guard';
import { pageBySkip, skipOf } from '../http/cursor';
import { nothing, ok, route, type Route } from '../http/route';
import { instant, named, nullable, object, page, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { iso } from '../shapes/basics';

const undeliverableShape = named(
  'UndeliverableAddress',
  object({
    address: text(),
    why: word(['bounced', 'complaint'], 'There is no such address, or who has it called our mail spam.'),
    status: nullable(text({ description: 'Enhanced status code (RFC 3463).' })),
    text: nullable(text({ description: 'What the mail server said.' })),
    mail: text({ description: 'Outbox id of the mail that came back.' }),
    enquiry: nullable(text()),
    channel: text(),
    at: instant('When it came back.'),
    expiresAt: instant('From then on it gets automatic mail again.'),
  }),
);

const view = (entry: Undeliverable): TypeOf<typeof undeliverableShape> => {
  const { _id: address, why, status, text: words, outbox: mail, enquiry, channel, at, expiresAt } = entry;
  return { address, why, status, text: words, mail, enquiry, channel, at: iso(at), expiresAt: iso(expiresAt) };
};

/** Enquiries of a contact that are looked at for the right to lift; the newest. */
const MOST_LOOKED_AT = 20;

/** Addresses that get no automatic mail because mail came back; seen by who may see an enquiry of theirs. */
export const undeliverableRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;
  return [
    route({
      id: 'listUndeliverable',
      method: 'get',
      path: '/v1/undeliverable-addresses',
      tag: 'outbox',
      summary: 'List addresses that mail came back from for good, newest first; they get no automatic mail',
      query: object({}, { limit: whole({ min: 1, max: 200 }), cursor: text({ max: 200 }) }),
      answers: { 200: page('UndeliverableAddressPage', undeliverableShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        const { limit = 50, cursor } = query;
        const skip = skipOf(cursor);
        const { items, next } = pageBySkip(await store.undeliverable.list(now(), limit + 1, skip), limit, skip);
        return ok({ items: (await onlySeen(ports, caller, items)).map(view), next });
      },
    }),
    route({
      id: 'liftUndeliverable',
      method: 'delete',
      path: '/v1/undeliverable-addresses/{address}',
      tag: 'outbox',
      summary: 'Let an address have automatic mail again',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const { address } = call.params;
        const before = await store.undeliverable.get(address, now());
        if (!before || !(await maySeeOne(ports, call.caller, before))) throw notFound('undeliverable address', address);
        // Audited first: who dies between the two leaves an entry that nothing came of, and never a lift nobody knows of.
        await recordChange(ports, call, {
          what: 'undeliverable-address.lift',
          about: before._id,
          before: view(before),
          after: null,
        });
        await store.undeliverable.lift(address);
        return nothing();
      },
    }),
  ];
};

/** Who may see the enquiry whose mail came back, or another one of the same contact. */
async function maySeeOne(ports: ApiPorts, caller: Caller, entry: Undeliverable): Promise<boolean> {
  if ((await onlySeen(ports, caller, [entry])).length > 0) return true;
  const contact = await ports.store.contacts.byAddress(entry._id);
  for (const enquiry of (contact?.enquiries ?? []).slice(-MOST_LOOKED_AT)) {
    if (await maySee(ports, caller, enquiry)) return true;
  }
  return false;
}
