import { ApiError } from '../api-error';
import { recordChange } from '../audit-trail';
import { mustFit } from '../contact-edit';
import { seenContact, seenContacts } from '../contact-sight';
import { contactOf, contactViews } from '../contact-views';
import { pageBySkip, skipOf } from '../http/cursor';
import { created, ok, route, type Route } from '../http/route';
import { list, named, object, page, text, whole } from '../http/schema';
import type { ApiPorts } from '../ports';
import { address } from '../shapes/basics';
import { contactChangeShape, contactChangeView, contactEdit, contactShape } from '../shapes/contact';

/** Contacts: the people outside. Who may see one of a contact's enquiries may see the contact. */
export const contactRoutes = (ports: ApiPorts): Route[] => [
  ...listRoutes(ports),
  ...readingRoutes(ports),
  makingRoute(ports),
  editingRoute(ports),
];

function listRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listContacts',
      method: 'get',
      path: '/v1/contacts',
      tag: 'contacts',
      summary: 'List contacts, or find one by address',
      query: object(
        {},
        {
          address: address('Exactly this address.'),
          account: text({ max: 50, description: 'Only those somebody gave this account.' }),
          owner: text({ max: 100, description: 'Only those this agent owns.' }),
          limit: whole({ min: 1, max: 200 }),
          cursor: text({ max: 200 }),
        },
      ),
      answers: { 200: page('ContactPage', contactShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        const { address: exactly, limit = 50, cursor, account, owner } = query;
        if (exactly !== undefined) {
          const contact = await store.contacts.byAddress(exactly);
          const seen = await seenContacts(ports, caller, contact ? [contact] : []);
          return ok({ items: await contactViews(ports, seen), next: null });
        }
        const skip = skipOf(cursor);
        const filter = { ...(account === undefined ? {} : { account }), ...(owner === undefined ? {} : { owner }) };
        const { items, next } = pageBySkip(
          await store.contacts.list({ ...filter, limit: limit + 1, skip }),
          limit,
          skip,
        );
        const contacts = items.filter((each) => each !== null);
        return ok({ items: await contactViews(ports, await seenContacts(ports, caller, contacts)), next });
      },
    }),
  ];
}

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'readContact',
      method: 'get',
      path: '/v1/contacts/{id}',
      tag: 'contacts',
      summary: 'Read one contact; the id of one that was merged gives the one it leads to',
      answers: { 200: contactShape },
      handle: async ({ caller, params }) => ok(await contactOf(ports, caller, params.id)),
    }),
    route({
      id: 'readContactHistory',
      method: 'get',
      path: '/v1/contacts/{id}/history',
      tag: 'contacts',
      summary: 'Who changed what of a contact, newest first',
      answers: { 200: named('ContactHistory', object({ items: list(contactChangeShape) })) },
      handle: async ({ caller, params }) => {
        const { contact } = await seenContact(ports, caller, params.id);
        return ok({ items: contact.changes.toReversed().map(contactChangeView) });
      },
    }),
  ];
}

function makingRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'createContact',
    method: 'post',
    path: '/v1/contacts',
    tag: 'contacts',
    summary: 'Make a contact by hand',
    description: 'Contacts make themselves when a mail comes; this is for whom we write to first.',
    body: object({ address: address('The first address.') }, contactEdit),
    example: { address: 'bo@example.com', firstName: 'Bo', lastName: 'Customer' },
    answers: { 201: contactShape },
    errors: ['already-exists'],
    handle: async (call) => {
      const { address: first, ...wanted } = call.body;
      const fields = await mustFit(ports, wanted, {});
      const by = call.caller.id;
      if (!(await store.contacts.make(first, { by: `user:${by}`, now: now() }))) {
        throw new ApiError(
          'already-exists',
          'There is a contact with this address already; GET /v1/contacts?address= finds it if you may see it.',
        );
      }
      const id = store.contacts.idOf(first);
      await store.contacts.change(id, { fields, by, now: now() });
      const after = await contactOf(ports, call.caller, id);
      await recordChange(ports, call, { what: 'contact.create', about: id, before: null, after: { id } });
      return created(after, `/v1/contacts/${id}`);
    },
  });
}

function editingRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'editContact',
    method: 'patch',
    path: '/v1/contacts/{id}',
    tag: 'contacts',
    summary: 'Change a contact; what is left out stays',
    description:
      'Once somebody has edited a name, no mail changes it any more. GET /v1/contacts/{id}/history tells who changed what.',
    body: object({}, contactEdit),
    example: { firstName: 'Bo', lastName: 'Customer' },
    answers: { 200: contactShape },
    handle: async (call) => {
      const { contact } = await seenContact(ports, call.caller, call.params.id);
      const fields = await mustFit(ports, call.body, contact.custom);
      await store.contacts.change(contact._id, { fields, by: call.caller.id, now: now() });
      // What was changed stands with the contact, so that it goes when he is erased.
      const after = { fields: Object.keys(fields) };
      await recordChange(ports, call, { what: 'contact.change', about: contact._id, before: null, after });
      return ok(await contactOf(ports, call.caller, contact._id));
    },
  });
}
