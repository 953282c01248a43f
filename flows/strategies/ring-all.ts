import { choose, type Strategy } from './candidate';

/** Everybody who can be asked, at once; the first to accept gets it. */
export const ringAll: Strategy = (candidates) =>
  choose(
    candidates,
    () => 0,
    (each) => `free, ${each.load}/${each.capacity}`,
  );
