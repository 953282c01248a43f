import { choose, type Strategy } from './candidate';

/** Everybody who can be asked, at once; the first to accept gets it. */
export const ringAll: Strategy = (candidates) => {
  const choice = choose(
    candidates,
    () => 0,
    (each) => `free, ${each.load}/${each.capacity}`,
  );
  return { ...choice, tieBreak: choice.order.length > 1 ? WHO_IS_FIRST : null };
};

const WHO_IS_FIRST = 'who accepts first';
