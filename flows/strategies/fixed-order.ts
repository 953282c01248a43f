import { choose, type Strategy } from './candidate';

/** The first of the group who can be asked, in the order in which an admin put its agents. */
export const fixedOrder: Strategy = (candidates) =>
  choose(
    candidates,
    (each) => each.position,
    (each) => `number ${each.position + 1} in the order of the group`,
  );
