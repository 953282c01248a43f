/**
 * What comes of some work, or `late` when it takes longer than `limitMs`; what it comes to afterwards concerns nobody.
 *
 * @throws what the work throws, or what `late` makes.
 */
export async function inTime<T>(limitMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), limitMs);
  });
  work.catch(() => undefined);
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}
