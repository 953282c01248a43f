/** A sequence of numbers from 0 to 1 that is the same at every run. */
export function dice(): () => number {
  let seed = 20_261_130;
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
}
