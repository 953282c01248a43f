import type { Contacts } from '../contacts';
import type { Enquiries } from '../enquiries';
import type { Hints } from '../hints';
import type { Messages } from '../messages';
import type { SearchTouchedStore } from '../search-touched';
import { createIndexWriting } from './index-writing';
import type { SearchIndex } from './search-index';

/** What the index is made from. */
export interface IndexingPorts {
  index: SearchIndex;
  enquiries: Pick<Enquiries, 'briefs' | 'touchedSince' | 'everyone'>;
  contacts: Contacts;
  messages: Pick<Messages, 'getMany'>;
  touched: SearchTouchedStore;
  hints: Pick<Hints, 'listen'>;
  now: () => Date;
}

/** Clocks of several machines differ, and a change may follow its note by a moment. */
const OVERLAP_MS = 60_000;

/**
 * Keeps the index at what the store says: each look takes what changed since the last one, whose moment stands in the index
 * itself. So nothing waits for it, nothing is written for it on the way of a mail, and after a crash the next look catches up.
 */
export function createIndexing(ports: IndexingPorts) {
  const { index, enquiries, contacts, touched } = ports;
  /** What this process knows to be in the index: id -> stamp. */
  const known = new Map<string, string>();
  /** Closed ones that were looked at since they closed: what was said last, another process may have heard alone. */
  let seenClosed = new Set<string>();
  const hinted = new Set<string>();
  const deaf = ports.hints.listen((hint) => {
    if (hint.about === 'enquiry') hinted.add(hint.id);
  });

  const { indexEnquiries, indexContacts, forgetErased } = createIndexWriting(ports, known);

  async function rebuild(at: Date): Promise<void> {
    await index.clear();
    known.clear();
    for await (const ids of enquiries.everyone()) await indexEnquiries(ids, { anew: true });
    for await (const ids of contacts.everyone()) await indexContacts(ids);
    await index.put([], at.getTime());
  }

  async function look(): Promise<void> {
    const at = ports.now();
    const upTo = await index.upTo();
    if (upTo === null) return rebuild(at);
    const since = new Date(upTo - OVERLAP_MS);
    const { contacts: people, erased, rebuildAsked } = await touched.since(since);
    if (rebuildAsked && rebuildAsked.getTime() >= upTo) return rebuild(at);
    await forgetErased(erased);
    const { open, closed } = await enquiries.touchedSince(since, at);
    const told = [...hinted];
    hinted.clear();
    const changed = open.filter(({ _id, seq }) => !known.get(_id)?.startsWith(`${seq}.`)).map(({ _id }) => _id);
    const ended = closed.filter((id) => !seenClosed.has(id));
    try {
      const made = await indexEnquiries([...new Set([...changed, ...ended, ...told])], { anew: false });
      await indexContacts([...new Set([...made, ...people])]);
      // A name that changed is found with all his enquiries.
      const theirs = (await contacts.getMany(people)).flatMap((contact) => contact.enquiries);
      if (theirs.length > 0) await indexEnquiries([...new Set(theirs)], { anew: true });
    } catch (error) {
      for (const id of told) hinted.add(id);
      throw error;
    }
    // What was opened again stands among them for the hour in which it closed, and will close once more.
    const again = new Set(open.map(({ _id }) => _id));
    seenClosed = new Set(closed.filter((id) => !again.has(id)));
    await index.put([], at.getTime());
    await touched.forget(at);
  }

  return { look, stop: deaf };
}
