import type { Absence, Agent } from '../agents';
import type { Collection } from '../database/collection';
import { changed, changeEach } from './presence';

/** Most absences one agent may have planned. */
export const MOST_ABSENCES = 20;

/** The absence an agent is in now, or null. */
export function absenceNow({ absences = [] }: Pick<Agent, 'absences'>, now: Date): Absence | null {
  return absences.find(({ from, to }) => from <= now && to > now) ?? null;
}

/** Planned absences: during one he counts as away, whatever his word is; it ends by itself. */
export function absences(collection: Collection<Agent>) {
  return {
    /** Plans an absence; null when he is unknown, or has planned too many. */
    planAbsence: (id: string, absence: Absence): Promise<Agent | null> =>
      collection.change(
        'planAbsence',
        { _id: id, [`absences.${MOST_ABSENCES - 1}`]: { $exists: false } },
        { $push: { absences: absence } },
      ),

    /** Cancels an absence, or ends it now; false when there is none of that id. */
    dropAbsence: (id: string, absence: string): Promise<boolean> =>
      collection.update('dropAbsence', { _id: id, 'absences.id': absence }, { $pull: { absences: { id: absence } } }),

    /** Absences that have begun, once each. */
    async begunAbsences(now: Date): Promise<{ agent: Agent; absence: Absence }[]> {
      const begun: { agent: Agent; absence: Absence }[] = [];
      for (const { _id, absences: all = [] } of await collection.list({ 'absences.0': { $exists: true } })) {
        const absence = absenceNow({ absences: all }, now);
        if (!absence || absence.begun) continue;
        const place = `absences.${all.indexOf(absence)}`;
        const waits = { _id, [`${place}.id`]: absence.id, [`${place}.begun`]: false };
        const change = { $set: { [`${place}.begun`]: true }, $push: changed('absent', absence.by, now) };
        const agent = await collection.change('begunAbsences', waits, change);
        if (agent) begun.push({ agent, absence });
      }
      return begun;
    },

    /** Forgets absences that are over; whose they were. */
    endedAbsences(now: Date): Promise<Agent[]> {
      const over = { to: { $lte: now } };
      const fits = { absences: { $elemMatch: over } };
      const change = { $pull: { absences: over }, $push: changed('back', 'absence-ended', now) };
      return changeEach(collection, 'endedAbsences', fits, change);
    },
  };
}
