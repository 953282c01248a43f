import { localTime } from '../../flows';

/** The day (YYYY-MM-DD) that a clock in this time zone shows; absent: UTC. */
export const dayOf = (now: Date, timezone = 'UTC'): string => localTime(now.getTime(), timezone).text.slice(0, 10);
