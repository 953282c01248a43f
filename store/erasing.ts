import type { Connection } from 'mongoose';
import type { Blobs } from './blobs';
import { asked, type FailAt } from './database/asking';
import type { SearchTouchedStore } from './search-touched';
import type { Loose, Query } from './database/model';
import { blobsOf, idsOf, lookingFor, textsIn, type ErasedPerson } from './erasing/looking-for';
import { strippingWords } from './erasing/stripping-words';
import { unlinking } from './erasing/unlinking';
import { uploadedLists } from './erasing/uploaded-lists';
import { sameAddress } from './erasing/masking';
import { stripping } from './erasing/stripping';
import { usedElsewhere } from './erasing/used-elsewhere';

export type { ErasedPerson } from './erasing/looking-for';

/** What erasing needs: it reaches into every collection, so it asks the database itself. */
export interface ErasingPorts {
  connection: Connection;
  blobs: Blobs;
  touched: SearchTouchedStore;
  failAt?: FailAt | undefined;
  /** Writes what this process has not written yet of mail that came. */
  written: () => Promise<void>;
}

/** How much of each kind was found. */
export type ErasedCounts = Record<string, number>;

/**
 * Takes everything personal of a contact out of the store. It may run again from any point: what names the rest (mails, then
 * the enquiries, then the contact) goes last.
 */
export function createErasing({ connection, blobs, touched, failAt, written }: ErasingPorts) {
  const of = (name: string) => connection.collection<Loose>(name);
  const find = (name: string, filter: Query, fields: Record<string, 1> = { _id: 1 }): Promise<Loose[]> =>
    asked(() => of(name).find(filter, { projection: fields }).toArray());

  async function wrote(name: string, write: () => PromiseLike<unknown>): Promise<void> {
    await asked(write);
    if (failAt) await failAt(`erasing.${name}`);
  }
  const change = (name: string, filter: Query, update: Query): Promise<void> =>
    wrote(name, () => of(name).updateMany(filter, update));
  const remove = (name: string, filter: Query): Promise<void> => wrote(name, () => of(name).deleteMany(filter));

  const lookFor = lookingFor(find);
  const { strip, stripMessages } = stripping({ change, remove });
  const stripWords = strippingWords({ find, change, remove, blobs });
  const unlink = unlinking({ find, change });

  return {
    /** Uploaded lists that name him: before all else. */
    lists: uploadedLists({ find, change, remove }),

    /** What must end before somebody can be erased: numbers of open enquiries, and how many mails wait to be sent. */
    async underWay({ ids, addresses }: ErasedPerson): Promise<{ enquiries: number[]; mails: number }> {
      const of_ = await find('enquiries', { contact: { $in: ids } }, { number: 1, closedAt: 1 });
      const open = of_.filter((each) => each['closedAt'] === null).map((each) => Number(each['number']));
      const toHim = [{ enquiry: { $in: idsOf(of_) } }, { 'envelope.to': sameAddress(addresses) }];
      const waiting = { $or: toHim, state: { $in: ['queued', 'held', 'trying', 'handed-over'] } };
      return { enquiries: open.toSorted((a, b) => a - b), mails: (await find('outbox', waiting)).length };
    },

    /** Erases all but the contact itself; how much was found. */
    async erase(person: ErasedPerson, now: Date): Promise<ErasedCounts> {
      await written();
      const found = await lookFor(person);
      const ids = [...person.ids, ...found.enquiries, ...found.showing, ...idsOf(found.messages)];
      await touched.noteErased([...new Set(ids)], now);
      const { enquiries, messages, naming, outbox, outboxNaming, ledger, ledgerNaming } = found;
      const dropped = async (shas: string[]): Promise<number> => {
        const gone = await blobs.remove([...new Set(shas)], (asking) => usedElsewhere(find, asking, found));
        if (failAt) await failAt('erasing.blobs');
        return gone;
      };
      const raw = textsIn([...naming, ...outboxNaming, ...ledgerNaming], 'blob');
      const files = await dropped([...[...messages, ...outbox, ...ledger].flatMap(blobsOf), ...raw]);
      await stripWords(person, found);
      await dropped(textsIn(naming, 'bodyBlob'));
      await strip(person, found);
      await unlink(person, found);
      await stripMessages(person, found);
      return {
        enquiries: enquiries.length,
        messages: messages.length,
        outbox: outbox.length,
        ledger: ledger.length,
        naming: naming.length,
        files,
      };
    },

    /** Erases what is kept under the contact's addresses; the last step. */
    eraseContact: ({ ids }: ErasedPerson): Promise<void> => remove('contacts', { _id: { $in: ids } }),
  };
}

/** Erasing people. */
export type Erasing = ReturnType<typeof createErasing>;
