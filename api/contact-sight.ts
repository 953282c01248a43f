/** Reads contacts for a caller: who may see one of a contact's enquiries may see the contact, as may who owns or made it. */
import type { Contact } from '../store/contacts';
import { notFound } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { maySeeEnquiry } from './visibility';

type StorePort = Pick<ApiPorts, 'store'>;

/** A contact with the enquiries of his that the caller may see. */
export interface SeenContact {
  contact: Contact;
  enquiries: string[];
}

/** Of these contacts those the caller may see. */
export async function seenContacts(
  { store }: StorePort,
  caller: Caller,
  contacts: readonly Contact[],
): Promise<SeenContact[]> {
  if (caller.role === 'admin') return contacts.map((contact) => ({ contact, enquiries: contact.enquiries }));
  const briefs = await store.enquiries.briefs(contacts.flatMap((contact) => contact.enquiries));
  const visible = new Set(briefs.filter((each) => maySeeEnquiry(caller, each)).map(({ _id }) => _id));
  const seen: SeenContact[] = [];
  for (const contact of contacts) {
    const enquiries = contact.enquiries.filter((id) => visible.has(id));
    if (enquiries.length > 0 || (await isHis({ store }, caller, contact))) seen.push({ contact, enquiries });
  }
  return seen;
}

async function isHis({ store }: StorePort, caller: Caller, contact: Contact): Promise<boolean> {
  if (contact.owner === caller.id || contact.by === `user:${caller.id}`) return true;
  return (await store.accounts.of(contact))?.owner === caller.id;
}

/** The contact, if there is one and the caller may see him. */
export async function seenContact(ports: StorePort, caller: Caller, id: string): Promise<SeenContact> {
  const contact = await ports.store.contacts.get(id);
  const [found] = contact ? await seenContacts(ports, caller, [contact]) : [];
  if (!found) throw notFound('contact', id);
  return found;
}
