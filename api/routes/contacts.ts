import type { Contact } from '../../store/contacts';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { pageBySkip, skipOf } from '../http/cursor';
import { ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, page, text, whole, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { address, headerLine, iso } from '../shapes/basics';
import { maySeeEnquiry } from '../visibility';

const contactShape = named(
  'Contact',
  object({
    id: text(),
    addresses: list(text()),
    firstName: text(),
    lastName: text({ description: 'The full name until somebody edits it.' }),
    owner: nullable(text()),
    account: nullable(text()),
    tags: list(text()),
    notes: text(),
    enquiries: list(text({ description: 'Newest 100 that you may see, oldest first.' })),
    createdAt: instant('First mail.'),
  }),
);
const name = headerLine(200);

/** Contacts: the people outside. Who may see one of a contact's enquiries may see the contact. */
export const contactRoutes = (ports: ApiPorts): Route[] => [...listRoutes(ports), ...oneRoutes(ports)];

/** The contacts the caller may see, each with the enquiries he may see. */
async function seen(
  { store }: ApiPorts,
  caller: Caller,
  contacts: readonly Contact[],
): Promise<TypeOf<typeof contactShape>[]> {
  const ids = [...new Set(contacts.flatMap((contact) => contact.enquiries))];
  const found = caller.role === 'admin' ? [] : await store.enquiries.getMany(ids);
  const visible = new Set(found.filter((each) => maySeeEnquiry(caller, each)).map((each) => each._id));
  return contacts.flatMap((contact) => {
    const enquiries = [...new Set(contact.enquiries)].filter((id) => caller.role === 'admin' || visible.has(id));
    const may = caller.role === 'admin' || enquiries.length > 0 || contact.owner === caller.id;
    return may ? [view(contact, enquiries)] : [];
  });
}

async function one(ports: ApiPorts, caller: Caller, id: string): Promise<TypeOf<typeof contactShape>> {
  const { store } = ports;
  const contact = await store.contacts.get(id);
  const [found] = contact ? await seen(ports, caller, [contact]) : [];
  if (!found) throw notFound('contact', id);
  return found;
}

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
        { address: address('Exactly this address.'), limit: whole({ min: 1, max: 200 }), cursor: text({ max: 200 }) },
      ),
      answers: { 200: page('ContactPage', contactShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        if (query.address !== undefined) {
          const contact = await store.contacts.byAddress(query.address);
          return ok({ items: await seen(ports, caller, contact ? [contact] : []), next: null });
        }
        const { limit = 50 } = query;
        const skip = skipOf(query.cursor);
        const found = await store.contacts.list({ limit: limit + 1, skip });
        const { items, next } = pageBySkip(found, limit, skip);
        return ok({ items: await seen(ports, caller, items), next });
      },
    }),
  ];
}

function oneRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'readContact',
      method: 'get',
      path: '/v1/contacts/{id}',
      tag: 'contacts',
      summary: 'Read one contact',
      answers: { 200: contactShape },
      handle: async ({ caller, params }) => ok(await one(ports, caller, params.id)),
    }),
    route({
      id: 'editContact',
      method: 'patch',
      path: '/v1/contacts/{id}',
      tag: 'contacts',
      summary: 'Change the first and last name',
      body: object({}, { firstName: name, lastName: name }),
      example: { firstName: 'Bo', lastName: 'Customer' },
      answers: { 200: contactShape },
      handle: async (call) => {
        const before = await one(ports, call.caller, call.params.id);
        const changes = Object.fromEntries(Object.entries(call.body).filter(([, value]) => value !== undefined));
        await store.contacts.change(before.id, changes);
        const after = await one(ports, call.caller, before.id);
        await recordChange(ports, call, { what: 'contact.change', about: before.id, before, after });
        return ok(after);
      },
    }),
  ];
}

const view = (contact: Contact, enquiries: string[]): TypeOf<typeof contactShape> => ({
  id: contact._id,
  addresses: contact.addresses,
  firstName: contact.firstName,
  lastName: contact.lastName,
  owner: contact.owner,
  account: contact.account,
  tags: contact.tags,
  notes: contact.notes,
  enquiries,
  createdAt: iso(contact.createdAt),
});
