import type { Loose } from '../database/model';
import { plain, type Access, type ErasedPerson } from './looking-for';
import { addressPattern } from './masking';

const imports = { kind: 'contact-import' } as const;

/** Lists of contacts that name a person: they go first, so that none of them can make him anew. */
export function uploadedLists({ find, change, remove }: Access) {
  return {
    /** Throws away every list that holds an address of his; a job that saves one sees that it is gone, and stops. */
    async drop({ addresses }: ErasedPerson): Promise<void> {
      if (addresses.length === 0) return;
      const pattern = addressPattern(addresses);
      await remove('contactImports', { csv: pattern });
      // A list without titles has people where its titles should be; a job keeps the titles.
      const asked = await find('jobs', imports, { asked: 1 });
      const his = asked.filter((job) => pattern.test(JSON.stringify(job['asked'] ?? null))).map(({ _id }) => _id);
      if (his.length > 0) await change('jobs', { _id: { $in: his } }, { $set: { asked: {} } });
    },

    /** Whether a job still saves a list that was thrown away. `aliveSince`: who showed nothing since is gone. */
    async areBeingSaved(aliveSince: Date): Promise<boolean> {
      const running = await find('jobs', { ...imports, state: 'running', beatAt: { $gt: aliveSince } }, { about: 1 });
      const lists = running.map((job: Loose) => plain(job['about']));
      if (lists.length === 0) return false;
      const standing = new Set((await find('contactImports', { _id: { $in: lists } })).map(({ _id }) => _id));
      return lists.some((list) => !standing.has(list));
    },
  };
}
