import type { Store } from '../store';

/** Name of the list that is asked for every message on every channel. */
export const GLOBAL_LIST = 'global';

/** Blocklists that exist: the global one, one per channel, and those that have senders. */
export const knownLists = async ({
  blocklist,
  channels,
}: Pick<Store, 'blocklist' | 'channels'>): Promise<{ list: string; entries: number }[]> => {
  const [filled, served] = await Promise.all([blocklist.lists(), channels.list()]);
  const entries = new Map(filled.map((each) => [each.list, each.entries]));
  const names = new Set([GLOBAL_LIST, ...served.map(({ _id }) => _id), ...entries.keys()]);
  return [...names].map((list) => ({ list, entries: entries.get(list) ?? 0 }));
};
