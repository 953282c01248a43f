import type { Query } from '../database/collection';

/** Counts one on the day and forgets the week before last. */
export function receivedOn(day: string): { $inc: Query; $unset: Query } {
  const forgotten = [8, 9, 10, 11, 12, 13, 14].map((days) => {
    const then = new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000);
    return [`received.${then.toISOString().slice(0, 10)}`, ''];
  });
  return { $inc: { [`received.${day}`]: 1 }, $unset: Object.fromEntries(forgotten) };
}
