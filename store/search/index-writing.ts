import { contactDocument, enquiryDocument, messageDocument, stampOf } from './documents';
import type { IndexingPorts } from './indexing';

const AT_ONCE = 50;
const MOST_KNOWN = 50_000;

/** Brings enquiries, contacts and what was erased into the index; `known` learns the stamps of what is in it. */
export function createIndexWriting(
  { index, enquiries, contacts, messages }: Omit<IndexingPorts, 'hints' | 'touched' | 'now'>,
  known: Map<string, string>,
) {
  async function indexEnquiries(ids: readonly string[], { anew }: { anew: boolean }): Promise<string[]> {
    const people = new Set<string>();
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const briefs = await enquiries.briefs(ids.slice(from, from + AT_ONCE));
      const stamps = anew ? new Map<string, string>() : await index.stamps(briefs.map(({ _id }) => _id));
      const stale = briefs.filter((each) => stamps.get(each._id) !== stampOf(each));
      const documents = await Promise.all(
        stale.map(async (enquiry) => {
          const contact = enquiry.contact === null ? null : await contacts.get(enquiry.contact);
          if (contact) people.add(contact._id);
          const mails = await messages.getMany(enquiry.mail.map(({ message }) => message));
          return enquiryDocument(enquiry, { contact, messages: mails });
        }),
      );
      if (documents.length > 0) await index.put(documents);
      for (const each of briefs) known.set(each._id, stampOf(each));
      while (known.size > MOST_KNOWN) known.delete(known.keys().next().value ?? '');
    }
    return [...people];
  }

  /** Contacts, their mails of no enquiry; who is gone, or is shown with another, leaves. */
  async function indexContacts(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      const found = await contacts.getMany(some);
      const loose = await messages.getMany(found.flatMap((contact) => contact.mails));
      const kept = loose.filter(({ enquiry }) => enquiry === null);
      if (found.length > 0) await index.put([...found.map(contactDocument), ...kept.map(messageDocument)]);
      const gone = some.filter((id) => !found.some(({ _id }) => _id === id));
      if (gone.length > 0) await index.remove(gone);
    }
  }

  /** What is left of an enquiry without its words is indexed anew. */
  async function forgetErased(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await index.remove(ids, true);
    await indexEnquiries(ids, { anew: true });
  }

  return { indexEnquiries, indexContacts, forgetErased };
}
