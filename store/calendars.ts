import { Nested, type Stored } from './database/collection';
import { openKept, type KeptDefinition, type KeptPorts } from './database/kept-collection';

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
export const calendars: KeptDefinition<Calendar> = {
  name: 'calendars',
  fields: { title: String, timezone: String, hours: String, holidays: [Nested] },
};

/** Calendars; reads come from memory, at most a second behind other processes. */
export function createCalendars(ports: KeptPorts) {
  const { get, list, save, remove } = openKept(calendars, ports);
  return {
    get,
    list,
    save,
    remove,
    /** What is open when, by slug; for playing what came before. */
    async named(): Promise<Record<string, Pick<Calendar, 'timezone' | 'hours' | 'holidays'>>> {
      return Object.fromEntries(
        (await list()).map(({ _id, timezone, hours, holidays }) => [
          _id,
          { timezone, hours, holidays: holidays.map(({ date, name }) => ({ date, name })) },
        ]),
      );
    },
  };
}

/** Operations on calendars. */
export type Calendars = ReturnType<typeof createCalendars>;
