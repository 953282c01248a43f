import { openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { Enquiry } from './enquiries';

/** Enquiries that closed in one hour; `_id` is that hour (`2026-03-02T10`, UTC). One that was reopened stays named. */
export interface ClosedHour extends Stored {
  enquiries: string[];
}

/** Which enquiry bears a number, once it has closed; `_id` is the number. */
export interface EnquiryNumber extends Stored {
  enquiry: string;
}

/** Enquiries that were called spam on one day; `_id` is that day (`2026-03-02`, UTC). One that is none any more stays named. */
export interface SpamDay extends Stored {
  enquiries: string[];
}

/** How the collections are made. */
export const closedHours: Definition<ClosedHour> = { name: 'closedHours', fields: { enquiries: [String] } };
export const spamDays: Definition<SpamDay> = { name: 'spamDays', fields: { enquiries: [String] } };
export const enquiryNumbers: Definition<EnquiryNumber> = { name: 'enquiryNumbers', fields: { enquiry: String } };

const HOUR_MS = 3_600_000;
const HOURS_AT_ONCE = 48;
const DAYS_AT_ONCE = 14;
const FURTHEST_MS = 400 * 24 * HOUR_MS;

/** Finds closed enquiries by number and by when they closed without a scan. */
export function createClosedEnquiries(ports: CollectionPorts) {
  const hours = openCollection(closedHours, ports);
  const numbers = openCollection(enquiryNumbers, ports);
  const spam = openCollection(spamDays, ports);
  const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);
  const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

  /** Two processes may make the same page at once: who loses finds it the next time. */
  async function note(pages: typeof hours | typeof spam, _id: string, enquiry: string): Promise<void> {
    const noted = { $addToSet: { enquiries: enquiry }, $setOnInsert: { v: 1 } };
    while (!(await pages.fit('keep', { _id }, noted)));
  }

  async function* named(
    { getMany }: Pick<typeof hours | typeof spam, 'getMany'>,
    { since, until }: { since: Date; until: Date },
    page: { ms: number; atOnce: number; idOf: (at: number) => string },
  ): AsyncGenerator<string[]> {
    const first = Math.max(since.getTime(), until.getTime() - FURTHEST_MS);
    for (let end = until.getTime(); end > first - page.ms; end -= page.atOnce * page.ms) {
      const asked = Array.from({ length: page.atOnce }, (_, back) => page.idOf(end - back * page.ms));
      yield (await getMany(asked)).flatMap(({ enquiries }) => enquiries);
    }
  }

  return {
    /** Notes that an enquiry closed; may run again. Nothing while it is open. */
    async keep({ _id, number, closedAt }: Pick<Enquiry, '_id' | 'number' | 'closedAt'>): Promise<void> {
      if (closedAt === null) return;
      await Promise.all([
        note(hours, hourOf(closedAt.getTime()), _id),
        numbers.insert('keep', { _id: String(number), enquiry: _id, v: 1 }),
      ]);
    },

    /** Id of the closed enquiry with this number, or null. */
    idOf: async (number: number): Promise<string | null> => (await numbers.get(String(number)))?.enquiry ?? null,

    /** Ids of what closed in a span, two days at a time, newest first; at most 400 days back from its end. */
    between: (since: Date, until: Date): AsyncGenerator<string[]> =>
      named(hours, { since, until }, { ms: HOUR_MS, atOnce: HOURS_AT_ONCE, idOf: hourOf }),

    /** Notes that an enquiry was called spam; may run again. */
    keepSpam: (enquiry: string, at: number): Promise<void> => note(spam, dayOf(at), enquiry),

    /** Ids of what was called spam in a span, newest days first. */
    spamBetween: (since: Date, until: Date): AsyncGenerator<string[]> =>
      named(spam, { since, until }, { ms: 24 * HOUR_MS, atOnce: DAYS_AT_ONCE, idOf: dayOf }),
  };
}

/** Operations on closed enquiries. */
export type ClosedEnquiries = ReturnType<typeof createClosedEnquiries>;
