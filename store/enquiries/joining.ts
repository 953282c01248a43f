import type { Collection } from '../database/collection';
import type { Enquiry, MailReference } from '../enquiries';

/** A younger enquiry that was merged into one. */
export interface AbsorbedEnquiry {
  enquiry: string;
  number: number;
  by: string;
  at: Date;
}

/** A message that stood here and went to another enquiry. */
export interface MovedMessage {
  message: string;
  to: string;
  number: number;
  by: string;
  at: Date;
}

const mostTries = 20;

/** Enquiries that become one, and messages that go from one to another; everything may be done again. */
export function joining({ collection }: { collection: Collection<Enquiry> }) {
  /** Adds what is not there yet; tries again when somebody else adds a mail at this moment. */
  async function absorb(id: string, whom: AbsorbedEnquiry, mail: readonly MailReference[]): Promise<void> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const stands = await collection.get(id);
      if (!stands) return;
      const there = new Set(stands.mail.map(({ message }) => message));
      const fresh = mail.filter(({ message }) => !there.has(message));
      const known = stands.absorbed?.some(({ enquiry }) => enquiry === whom.enquiry) ?? false;
      if (known && fresh.length === 0) return;
      const unchanged = known
        ? { 'mail.message': { $nin: fresh.map(({ message }) => message) } }
        : { 'mail.message': { $nin: fresh.map(({ message }) => message) }, 'absorbed.enquiry': { $ne: whom.enquiry } };
      const added = { mail: { $each: fresh }, ...(known ? {} : { absorbed: whom }) };
      if (await collection.update('absorb', { _id: id, ...unchanged }, { $push: added })) return;
    }
    throw new Error(`Enquiry ${id} could not take in ${whom.enquiry}: its mail changes all the time.`);
  }

  return {
    /** Shows the messages of a younger enquiry in an elder one, marked with where they came from. */
    absorb,
    /** Takes them out again, with what came through the younger since. */
    giveBack: (id: string, whom: string): Promise<void> =>
      collection.amend('giveBack', { _id: id }, { $pull: { mail: { of: whom }, absorbed: { enquiry: whom } } }),
    /** Takes a message out; `moved` says where it went, where that is to be seen. */
    partWith: (id: string, message: string, moved?: MovedMessage): Promise<void> =>
      collection.amend(
        'partWith',
        { _id: id, 'mail.message': message },
        { $pull: { mail: { message } }, ...(moved ? { $push: { moved } } : {}) },
      ),
  };
}
