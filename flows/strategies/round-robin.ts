import { choose, type Strategy } from './candidate';

/** Everybody in turn, in the order of the group; who cannot be asked is passed over without losing his next turn. */
export const roundRobin: Strategy = (candidates, turn) => {
  const count = Math.max(1, candidates.length);
  const distance = (position: number): number => (((position - turn) % count) + count) % count;
  return choose(
    candidates,
    (each) => distance(each.position),
    (each) =>
      distance(each.position) === 0 ? 'it is his turn' : `his turn comes after ${distance(each.position)} more`,
  );
};
