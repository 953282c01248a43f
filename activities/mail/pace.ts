/** Counts what a sender sent in the last minute, for servers that allow only so many mails (email.md O14). */
export interface Pace {
  /** How many more may go now; `perMinute` null: any number. */
  room(perMinute: number | null): number;
  /** So many are on their way. */
  count(mails: number): void;
}

const MINUTE_MS = 60_000;

/**
 * Makes the pace of one sender. In memory: a sender that takes over may send one more minute's worth, and no mail costs a
 * write for it.
 */
export function createPace(now: () => Date): Pace {
  let sent: { at: number; mails: number }[] = [];
  return {
    room(perMinute) {
      if (perMinute === null) return Number.POSITIVE_INFINITY;
      const from = now().getTime() - MINUTE_MS;
      sent = sent.filter(({ at }) => at > from);
      return Math.max(0, perMinute - sent.reduce((sum, { mails }) => sum + mails, 0));
    },
    count(mails) {
      sent.push({ at: now().getTime(), mails });
    },
  };
}
