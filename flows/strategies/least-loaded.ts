import { choose, type Strategy } from './candidate';

/** The agent who holds the fewest enquiries that await him. */
export const leastLoaded: Strategy = (candidates) =>
  choose(
    candidates,
    (each) => each.load,
    (each, first) => (first ? `fewest: ${each.load}` : `holds ${each.load}`),
  );
