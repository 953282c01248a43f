import type { Collection, Stored } from './collection';

/** The ids of all documents, in their order, some hundreds at a time; for work over everything. */
export async function* everyId(collection: Pick<Collection<Stored>, 'list'>): AsyncGenerator<string[]> {
  for (let after = ''; ;) {
    const options = { sort: { _id: 1 }, limit: 500, fields: { _id: 1 } } as const;
    const found = await collection.list({ _id: { $gt: after } }, options);
    const last = found.at(-1);
    if (!last) return;
    after = last._id;
    yield found.map(({ _id }) => _id);
  }
}
