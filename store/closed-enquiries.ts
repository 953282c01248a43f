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

/** How the collections are made. */
export const closedHours: Definition<ClosedHour> = { name: 'closedHours', fields: { enquiries: [String] } };
export const enquiryNumbers: Definition<EnquiryNumber> = { name: 'enquiryNumbers', fields: { enquiry: String } };

const HOUR_MS = 3_600_000;
const HOURS_AT_ONCE = 48;
const FURTHEST_MS = 400 * 24 * HOUR_MS;

/** Finds closed enquiries by number and by when they closed without a scan. */
export function createClosedEnquiries(ports: CollectionPorts) {
  const hours = openCollection(closedHours, ports);
  const numbers = openCollection(enquiryNumbers, ports);
  const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);

  /** Two processes may make the same hour at once: who loses finds it the next time. */
  async function noteHour(_id: string, enquiry: string): Promise<void> {
    const noted = { $addToSet: { enquiries: enquiry }, $setOnInsert: { v: 1 } };
    while (!(await hours.fit('keep', { _id }, noted)));
  }

  return {
    /** Notes that an enquiry closed; may run again. Nothing while it is open. */
    async keep({ _id, number, closedAt }: Pick<Enquiry, '_id' | 'number' | 'closedAt'>): Promise<void> {
      if (closedAt === null) return;
      await Promise.all([
        noteHour(hourOf(closedAt.getTime()), _id),
        numbers.insert('keep', { _id: String(number), enquiry: _id, v: 1 }),
      ]);
    },

    /** Id of the closed enquiry with this number, or null. */
    idOf: async (number: number): Promise<string | null> => (await numbers.get(String(number)))?.enquiry ?? null,

    /** Ids of what closed in a span, two days at a time, newest first; at most 400 days back from its end. */
    async *between(since: Date, until: Date): AsyncGenerator<string[]> {
      const first = Math.max(since.getTime(), until.getTime() - FURTHEST_MS);
      for (let end = until.getTime(); end > first - HOUR_MS; end -= HOURS_AT_ONCE * HOUR_MS) {
        const asked = Array.from({ length: HOURS_AT_ONCE }, (_, back) => hourOf(end - back * HOUR_MS));
        yield (await hours.getMany(asked)).flatMap(({ enquiries }) => enquiries);
      }
    },
  };
}

/** Operations on closed enquiries. */
export type ClosedEnquiries = ReturnType<typeof createClosedEnquiries>;
