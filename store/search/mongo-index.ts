import { openCollection, type CollectionPorts, type Definition, type Query, type Stored } from '../database/collection';
import { visibleToQuery } from '../enquiries/visible-to';
import type { SearchTerm } from './fold';
import type { SearchDocument, SearchIndex, SearchKind } from './search-index';

/** A document of search as MongoDB keeps it; `_id` is the id of the thing. */
export interface SearchEntry extends Stored, Omit<SearchDocument, 'id' | 'number' | 'words' | 'kind'> {
  kind: SearchKind;
  /** Each token once, the number's with "#" as well: an ordinary index finds them and what begins with them. */
  tokens: string[];
  /** All tokens in their order, for phrases. */
  folded: string;
}

/** How the collection is made. */
export const searchEntries: Definition<SearchEntry> = {
  name: 'searchEntries',
  fields: {
    kind: String,
    at: Number,
    stamp: String,
    channel: String,
    group: String,
    assignee: String,
    ringing: [String],
    tokens: [String],
    folded: String,
  },
  indexes: [{ fields: { tokens: 1, at: -1 } }],
};

const CURSOR = '!upTo';

/** The index in MongoDB, for installations of several machines (docs/decisions/0171). */
export function createMongoIndex(ports: CollectionPorts): SearchIndex {
  const collection = openCollection(searchEntries, ports);
  return {
    async put(documents, upTo) {
      for (const document of documents) {
        const { _id, ...entry } = entryOf(document);
        await collection.put('put', _id, { $set: entry });
      }
      if (upTo !== undefined) await collection.put('put', CURSOR, { $set: { at: upTo, v: 1 } });
    },
    remove: async (ids) => void (await collection.remove('remove', { _id: { $in: ids } })),
    async find({ terms, kinds, sight, before, limit }) {
      if (terms.length === 0) return [];
      const conditions: Query[] = [{ kind: { $in: kinds } }, ...terms.flatMap(conditionsOf)];
      if (sight !== null) {
        const { $or } = visibleToQuery(sight);
        const mine = Array.isArray($or) ? $or : [];
        conditions.push({
          $or: [{ kind: 'contact' }, { kind: 'enquiry', $or: mine }, { channel: { $in: sight.channels } }],
        });
      }
      if (before) conditions.push({ $or: [{ at: { $lt: before.at } }, { at: before.at, _id: { $lt: before.id } }] });
      const fields = { kind: 1, at: 1 } as const;
      const found = await collection.list({ $and: conditions }, { sort: { at: -1, _id: -1 }, limit, fields });
      return found.map(({ _id: id, kind, at }) => ({ id, kind, at }));
    },
    async stamps(ids) {
      const found = await collection.list({ _id: { $in: ids } }, { fields: { stamp: 1 } });
      return new Map(found.map(({ _id, stamp }) => [_id, stamp]));
    },
    upTo: async () => (await collection.get(CURSOR))?.at ?? null,
    clear: async () => void (await collection.remove('clear', {})),
    close: async () => undefined,
  };
}

function entryOf({ id, number, words, ...rest }: SearchDocument): SearchEntry {
  const marked = number.map((token) => `#${token}`);
  return {
    ...rest,
    _id: id,
    tokens: [...new Set([...marked, ...number, ...words])],
    folded: ` ${[...number, ...words].join(' ')} `,
    v: 1,
  };
}

/** Tokens hold letters and digits only, so nothing in them means something in a pattern. */
function conditionsOf({ tokens, prefix, number }: SearchTerm): Query[] {
  const last = tokens.at(-1) ?? '';
  if (number) return [{ tokens: `#${last}` }];
  const whole = (prefix ? tokens.slice(0, -1) : tokens).map((token) => ({ tokens: token }));
  const begun = prefix ? [{ tokens: { $regex: `^${last}` } }] : [];
  const phrase = tokens.length === 1 ? [] : [{ folded: { $regex: ` ${tokens.join(' ')}${prefix ? '' : ' '}` } }];
  return [...whole, ...begun, ...phrase];
}
