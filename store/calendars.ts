import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import type { KeptInMemory } from './database/kept-in-memory';

/** Opening hours of a week and public holidays, which flows name; `_id` is the slug. */
export interface Calendar extends Stored {
  title: string;
  /** IANA name. */
  timezone: string;
  /** `mon-fri 09:00-18:00, sat 10:00-13:00`. */
  hours: string;
  /** By date (YYYY-MM-DD), earliest first. */
  holidays: { date: string; name: string }[];
}

/** What an admin may change. */
export type CalendarSettings = Omit<Calendar, '_id' | 'v'>;

/** How the collection is made. */
export const calendars: Definition<Calendar> = {
  name: 'calendars',
  fields: { title: String, timezone: String, hours: String, holidays: [Nested] },
};

/** Calendars; reads come from memory, at most a second behind other processes. */
export function createCalendars(ports: CollectionPorts & { keep: KeptInMemory }) {
  const collection = openCollection(calendars, ports);
  const kept = ports.keep.all('calendars', () => collection.list({}, { sort: { _id: 1 } }));
  return {
    /** One calendar, or null. */
    get: async (id: string): Promise<Calendar | null> => (await kept.byId()).get(id) ?? null,
    /** All calendars by slug. */
    list: async (): Promise<Calendar[]> => [...(await kept.byId()).values()],
    /** What is open when, by slug; for playing what came before. */
    async named(): Promise<Record<string, Pick<Calendar, 'timezone' | 'hours' | 'holidays'>>> {
      const all = [...(await kept.byId()).values()];
      return Object.fromEntries(
        all.map(({ _id, timezone, hours, holidays }) => [
          _id,
          { timezone, hours, holidays: holidays.map(({ date, name }) => ({ date, name })) },
        ]),
      );
    },
    /** Makes or changes a calendar. */
    async save(id: string, settings: CalendarSettings): Promise<Calendar> {
      const saved = await collection.put('save', id, { $set: settings, $setOnInsert: { v: 1 } });
      await kept.changed();
      return saved;
    },
    /** Removes a calendar; false when there was none. */
    async remove(id: string): Promise<boolean> {
      const removed = await collection.remove('remove', { _id: id });
      await kept.changed();
      return removed > 0;
    },
  };
}

/** Operations on calendars. */
export type Calendars = ReturnType<typeof createCalendars>;
