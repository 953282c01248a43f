import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { seenContact, seenContacts } from '../contact-sight';
import { contactOf } from '../contact-views';
import { giveAddress, ownerOfAddress } from '../further-address';
import { ok, route, type Call, type Route } from '../http/route';
import { list, named, object, text } from '../http/schema';
import type { ApiPorts } from '../ports';
import { address, id as idText } from '../shapes/basics';
import { contactShape } from '../shapes/contact';
import { suggestionsFor } from '../contact-suggestions';

/** Which contacts are one: further addresses, merges, what speaks for a merge, and taking it back. */
export const contactMergeRoutes = (ports: ApiPorts): Route[] => [
  addressRoute(ports),
  mergeRoute(ports),
  partRoute(ports),
  suggestionRoute(ports),
];

/** Keeps what was done with the contact itself, and that it was done in the audit log. */
async function keepStory(
  ports: ApiPorts,
  call: Pick<Call, 'caller' | 'request'>,
  id: string,
  done: { what: string; after: Record<string, unknown> },
): Promise<void> {
  const { caller } = call;
  await ports.store.contacts.tell(id, { at: ports.now(), by: caller.id, before: null, ...done });
  const { address: _address, ...after } = done.after;
  await recordChange(ports, call, { what: `contact.${done.what}`, about: id, before: null, after });
}

async function ifSeen(ports: ApiPorts, caller: Caller, id: string): Promise<string> {
  const contact = await ports.store.contacts.get(id);
  const [seen] = contact ? await seenContacts(ports, caller, [contact]) : [];
  return seen ? ` It is ${seen.contact._id}: merge the two with POST /v1/contacts/{id}/merge.` : '';
}

function addressRoute(ports: ApiPorts): Route {
  const { contacts } = ports.store;
  return route({
    id: 'addContactAddress',
    method: 'post',
    path: '/v1/contacts/{id}/addresses',
    tag: 'contacts',
    summary: 'Give a contact a further address',
    description: 'What comes from there is his from now on. An address belongs to one contact.',
    body: object({ address: address('The further address.') }),
    example: { address: 'bo.private@example.com' },
    answers: { 200: contactShape },
    errors: ['already-exists'],
    handle: async (call) => {
      const { contact } = await seenContact(ports, call.caller, call.params.id);
      const further = call.body.address.trim().toLowerCase();
      const owner = await ownerOfAddress(ports, contact, further);
      if (owner === 'his') return ok(await contactOf(ports, call.caller, contact._id));
      const id = contacts.idOf(further);
      const given = { address: further, by: `user:${call.caller.id}`, at: ports.now() };
      if (owner === 'other' || !(await giveAddress(ports, contact._id, given))) {
        const where = await ifSeen(ports, call.caller, id);
        throw new ApiError('already-exists', `Another contact has this address.${where}`);
      }
      await keepStory(ports, call, contact._id, { what: 'address-added', after: { address: further, part: id } });
      return ok(await contactOf(ports, call.caller, contact._id));
    },
  });
}

function mergeRoute(ports: ApiPorts): Route {
  const { contacts } = ports.store;
  return route({
    id: 'mergeContact',
    method: 'post',
    path: '/v1/contacts/{id}/merge',
    tag: 'contacts',
    summary: 'Merge another contact into this one',
    description:
      'Its addresses, enquiries, engagements and timeline lead here at once. Nothing is copied: DELETE /v1/contacts/{id}/merge/{contact} takes it back, and each has what was his.',
    body: object({ contact: idText('Id of the contact that is merged into this one.') }),
    example: { contact: 'c-0123456789abcdef0123456789abcdef' },
    answers: { 200: contactShape },
    errors: ['wrong-state'],
    handle: async (call) => {
      const { contact: survivor } = await seenContact(ports, call.caller, call.params.id);
      const { contact: merged } = await seenContact(ports, call.caller, call.body.contact);
      if (merged._id === survivor._id) {
        // The very same request, or another of the same two, was there before.
        if (call.body.contact !== survivor._id) return ok(await contactOf(ports, call.caller, survivor._id));
        throw new ApiError('wrong-state', 'A contact cannot be merged into itself.');
      }
      const [first = ''] = merged.addresses;
      const link = { _id: merged._id, to: survivor._id, address: first, kind: 'merge' as const };
      const led = await contacts.links.lead({ ...link, by: `user:${call.caller.id}`, at: ports.now() });
      if (!led)
        throw new ApiError('wrong-state', 'That contact was merged by somebody else a moment ago; read it again.');
      await keepStory(ports, call, survivor._id, { what: 'merged', after: { address: first, part: merged._id } });
      return ok(await contactOf(ports, call.caller, survivor._id));
    },
  });
}

function partRoute(ports: ApiPorts): Route {
  const { contacts } = ports.store;
  return route({
    id: 'partContact',
    method: 'delete',
    path: '/v1/contacts/{id}/merge/{contact}',
    tag: 'contacts',
    summary: 'Take a merge, or a further address, back; "merged" of the contact names them',
    description: 'It is a contact of its own again, with its own enquiries and all that was merged into it before.',
    answers: { 200: contactShape },
    handle: async (call) => {
      const { contact: survivor } = await seenContact(ports, call.caller, call.params.id);
      const link = await contacts.links.get(call.params.contact);
      const leadsHere = link && (await contacts.links.survivorOf(link._id)) === survivor._id;
      if (!leadsHere) throw notFound('merge', call.params.contact);
      await contacts.links.free(link._id, ports.now());
      const after = { address: link.address, part: link._id };
      await keepStory(ports, call, survivor._id, { what: 'parted', after });
      return ok(await contactOf(ports, call.caller, survivor._id));
    },
  });
}

function suggestionRoute(ports: ApiPorts): Route {
  return route({
    id: 'suggestMerges',
    method: 'get',
    path: '/v1/contacts/{id}/suggestions',
    tag: 'contacts',
    summary: 'Who may be the same person, with what speaks for it',
    description:
      'One answered a mail that was sent to the other, or both bear the same name in the same account. Only those you may see.',
    answers: {
      200: named(
        'MergeSuggestions',
        object({ items: list(object({ contact: text(), name: text(), addresses: list(text()), why: text() })) }),
      ),
    },
    handle: async ({ caller, params }) => {
      const { contact } = await seenContact(ports, caller, params.id);
      return ok({ items: await suggestionsFor(ports, caller, contact) });
    },
  });
}
