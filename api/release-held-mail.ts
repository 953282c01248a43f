import type { ApiPorts } from './ports';

/**
 * Asks that the mail of a channel runs which was held because the channel was off or had no flow; the worker's clock does
 * it, also after a restart. Ask before the channel is changed: a process that dies between the two then leaves a request
 * that nothing comes of, and never mail that nobody lets go.
 */
export const releaseHeldMail = async (
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  channel: string,
  by: string,
): Promise<void> => {
  await store.releases.ask(channel, by, now());
};
