import { choose, type Strategy } from './candidate';

/** The agent who received the fewest enquiries today; the day begins at midnight in the time zone of the flow. */
export const fewestToday: Strategy = (candidates) =>
  choose(
    candidates,
    (each) => each.receivedToday,
    (each, first) => (first ? `fewest today: ${each.receivedToday}` : `received ${each.receivedToday} today`),
  );
