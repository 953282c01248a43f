import type { Contact } from '../store/contacts';
import { fullName } from '../store/contacts/whole';
import type { Caller } from './caller';
import { seenContacts } from './contact-sight';
import type { ApiPorts } from './ports';

/** Who may be the same person as a contact. */
export interface Suggestion {
  contact: string;
  name: string;
  addresses: string[];
  why: string;
}

const MOST = 20;

/** Contacts that may be the same person, the surest first; only those the caller may see. */
export async function suggestionsFor(ports: ApiPorts, caller: Caller, contact: Contact): Promise<Suggestion[]> {
  const { store } = ports;
  const own = await store.contacts.links.idsOf(contact._id);
  const [survivor] = own;
  const alike = await store.contacts.alike(own, fullName(contact), contact.lastName);
  const found = await store.contacts.getMany([...contact.answeredFor, ...alike]);
  const answered = new Set(await Promise.all(contact.answeredFor.map(store.contacts.links.survivorOf)));
  const account = await store.accounts.of(contact);
  const suggestions: Suggestion[] = [];
  for (const { contact: other } of await seenContacts(
    ports,
    caller,
    found.filter(({ _id }) => _id !== survivor),
  )) {
    const shown = { contact: other._id, name: fullName(other), addresses: other.addresses };
    if (answered.has(other._id)) {
      suggestions.push({ ...shown, why: 'A mail from this contact answered one that was sent to the other.' });
    } else if (other.answeredFor.some((id) => own.includes(id))) {
      suggestions.push({ ...shown, why: 'A mail from the other answered one that was sent to this contact.' });
    } else if (account && fullName(other).toLowerCase() === fullName(contact).toLowerCase()) {
      const theirs = await store.accounts.of(other);
      if (theirs?._id === account._id) suggestions.push({ ...shown, why: `Both bear this name in ${account.name}.` });
    }
  }
  return suggestions.slice(0, MOST);
}
