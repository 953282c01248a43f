import type { MetaFacts } from '../meta';

/** Collections small and steady enough to be kept in memory; their versions stand in `meta`. */
export type KeptName =
  | 'accounts'
  | 'blocklist'
  | 'calendars'
  | 'channels'
  | 'connections'
  | 'contactFields'
  | 'contactLinks'
  | 'eventWebhooks'
  | 'groups'
  | 'lookups'
  | 'templates'
  | 'undeliverable'
  | 'standardResponses';

/** One collection kept in memory. */
export interface Kept<D> {
  /** All documents by id; do not change them. */
  byId(): Promise<ReadonlyMap<string, D>>;
  /** Call after each write: every process reads again. */
  changed(): Promise<void>;
}

/** Small collections kept in memory, with one read of their versions a second at most. */
export interface KeptInMemory {
  all<D extends { _id: string }>(name: KeptName, load: () => Promise<D[]>): Kept<D>;
}

/**
 * Keeps small collections in memory. A change made by this process is seen at once, one of another within
 * `checkEveryMs`. A version that moved while we loaded makes the next reader load again.
 */
export function keepInMemory(meta: MetaFacts, now: () => number, checkEveryMs = 1_000): KeptInMemory {
  const names: string[] = [];
  const versions = new Map<string, number>();
  let checkedAt = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | null = null;

  async function check(): Promise<void> {
    if (now() - checkedAt < checkEveryMs) return;
    checking ??= (async () => {
      const found = await meta.getMany(names);
      for (const one of found) versions.set(one._id, Math.max(one.number ?? 0, versions.get(one._id) ?? 0));
      checkedAt = now();
    })().finally(() => {
      checking = null;
    });
    await checking;
  }

  return {
    all<D extends { _id: string }>(name: KeptName, load: () => Promise<D[]>): Kept<D> {
      const key = `version:${name}`;
      names.push(key);
      let loaded: { version: string; documents: Promise<ReadonlyMap<string, D>> } | null = null;
      return {
        async byId() {
          await check();
          // Once a minute anyway: a process may have died between its write and its word about it.
          const version = `${versions.get(key) ?? 0} in minute ${Math.floor(now() / 60_000)}`;
          if (loaded?.version === version) return loaded.documents;
          const documents = load().then((all) => new Map(all.map((one) => [one._id, one])));
          loaded = { version, documents };
          documents.catch(() => {
            if (loaded?.documents === documents) loaded = null;
          });
          return documents;
        },
        async changed() {
          const version = await meta.bump(key);
          versions.set(key, Math.max(version, versions.get(key) ?? 0));
        },
      };
    },
  };
}
