import type { Ports } from '../ports';

const POLL_MS = 1_000;

/** Resolves on a hint that the channel has mail, after a second, or when we stop. Listens from now on; `drop` ends it. */
export function nextHint(
  { store }: Pick<Ports, 'store'>,
  channelId: string,
  signal: AbortSignal,
): { promise: Promise<void>; drop(): void } {
  let drop = (): void => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(() => drop(), POLL_MS);
    const stop = store.hints.listen((hint) => {
      if (hint.about === 'outbox' && hint.channel === channelId) drop();
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
