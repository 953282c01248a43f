import type { Hint } from '../../store/hints';
import type { Ports } from '../ports';

const POLL_MS = 1_000;

/** Resolves on a hint that is wanted, after a second, or when we stop. Listens from now on; `drop` ends it. */
export function nextHint(
  { store }: Pick<Ports, 'store'>,
  wanted: (hint: Hint) => boolean,
  signal: AbortSignal,
): { promise: Promise<void>; drop(): void } {
  let drop = (): void => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(() => drop(), POLL_MS);
    const stop = store.hints.listen((hint) => {
      if (wanted(hint)) drop();
    });
    const onAbort = (): void => drop();
    signal.addEventListener('abort', onAbort, { once: true });
    drop = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
  });
  return { promise, drop: () => drop() };
}
