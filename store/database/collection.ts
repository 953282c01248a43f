import { Schema, type Connection, type Model, type SchemaDefinition } from 'mongoose';
import { isAway } from './connect';
import { StoreAway } from '../errors';
import { gather } from './gather';
import type { OperationCounts } from './operation-counts';

/** What every document has: a natural key and the schema version it was written with. */
export interface Stored {
  _id: string;
  v: number;
}

/** Type of a top-level field; whatever is nested is kept as it is given. */
type FieldType = typeof String | typeof Number | typeof Boolean | typeof Date | typeof Schema.Types.Mixed | Listed;
type Listed = [typeof String] | [typeof Schema.Types.Mixed];

/** Nested values, kept as given. */
export const Nested = Schema.Types.Mixed;

/** A collection as its file describes it; a field of the document that is not listed does not compile. */
export interface Definition<D extends Stored> {
  name: string;
  fields: Record<Exclude<keyof D & string, '_id' | 'v'>, FieldType>;
  /** For reports and look-ups on MongoDB; the embedded database uses only unique ones. */
  indexes?: { fields: Record<string, 1 | -1>; unique?: true }[];
}

/** Calls after each write, by the name `<collection>.<operation>`; crash tests end the process there. */
export type FailAt = (point: string) => void | Promise<void>;

/** What a collection needs. */
export interface CollectionPorts {
  connection: Connection;
  counts: OperationCounts;
  failAt?: FailAt | undefined;
}

/** A filter or an update in MongoDB's language; unknown top-level fields are refused by the schema. */
export type Query = Record<string, unknown>;

/** Order and bounds of a list. */
export interface ListOptions {
  sort?: Record<string, 1 | -1>;
  limit?: number;
  skip?: number;
  fields?: Record<string, 0 | 1>;
}

type Loose = Record<string, unknown> & { _id: string };

const duplicateKey = 11000;

/** Whether an insert or upsert lost against another with the same key, and nothing else went wrong. */
export function isDuplicate(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== duplicateKey) return false;
  if (!('writeErrors' in error) || !Array.isArray(error.writeErrors)) return true;
  return error.writeErrors.every((one: { code?: unknown }) => one.code === duplicateKey);
}

function makeModel<D extends Stored>(connection: Connection, definition: Definition<D>): Model<Loose> {
  const fields = { _id: String, v: Number, ...definition.fields } as unknown as SchemaDefinition<Loose>;
  const schema = new Schema<Loose>(fields, {
    collection: definition.name,
    strict: 'throw',
    strictQuery: 'throw',
    versionKey: false,
    minimize: false,
    autoIndex: false,
    autoCreate: false,
    _id: false,
    id: false,
  });
  return connection.model<Loose>(definition.name, schema);
}

/**
 * The few commands everything in the store is made of. Reads by id and insert-if-absent of one collection travel
 * together under load (see `gather`). Every write is counted, then passes its fail point `<collection>.<operation>`.
 * Errors of the connection come out as `StoreAway`.
 */
export function openCollection<D extends Stored>(definition: Definition<D>, ports: CollectionPorts) {
  const { name } = definition;
  const { counts } = ports;
  const model = makeModel(ports.connection, definition);

  async function asked<T>(ask: () => PromiseLike<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw isAway(error) ? new StoreAway(error) : error;
    }
  }

  async function wrote<T>(operation: string, documents: number, write: () => PromiseLike<T>): Promise<T> {
    counts.wrote(name, documents);
    const result = await asked(write);
    if (ports.failAt) await ports.failAt(`${name}.${operation}`);
    return result;
  }

  const readTogether = gather(async (ids: string[]): Promise<(D | null)[]> => {
    counts.read(name, ids.length);
    const found = await asked(() => model.find({ _id: { $in: [...new Set(ids)] } }).lean());
    const byId = new Map(found.map((document) => [document._id, document as unknown as D]));
    const given = new Set<string>();
    return ids.map((id) => {
      const document = byId.get(id) ?? null;
      if (document === null || !given.has(id)) {
        given.add(id);
        return document;
      }
      return structuredClone(document);
    });
  });

  const insertTogether = gather(async (documents: D[]): Promise<boolean[]> => {
    counts.wrote(name, documents.length);
    const made = await asked(() => upsertAll(documents));
    return documents.map((_, index) => made.has(index));
  });

  async function upsertAll(documents: D[]): Promise<Set<number>> {
    const operations = documents.map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest as Query }, upsert: true },
    }));
    try {
      const done = await model.bulkWrite(operations, { ordered: false, throwOnValidationError: true });
      return new Set(Object.keys(done.upsertedIds).map(Number));
    } catch (error) {
      if (isDuplicate(error)) return new Set(upsertedOf(error));
      if (documents.length === 1 || isAway(error)) throw error;
      return oneByOne(documents);
    }
  }

  /** A document that the schema refuses must not take those down that travelled with it. */
  async function oneByOne(documents: D[]): Promise<Set<number>> {
    const made = new Set<number>();
    for (const [index, document] of documents.entries()) {
      if ((await upsertAll([document])).size > 0) made.add(index);
    }
    return made;
  }

  return {
    name,
    definition,

    /** One document, or null. */
    get: (id: string): Promise<D | null> => readTogether(id),

    /** The documents that exist, in the order asked. */
    async getMany(ids: readonly string[]): Promise<D[]> {
      const found = await Promise.all([...new Set(ids)].map((id) => readTogether(id)));
      return found.filter((document) => document !== null);
    },

    /** Some fields of one document, or null. */
    async pick(id: string, fields: Record<string, 0 | 1>): Promise<Partial<D> | null> {
      counts.read(name);
      return (await asked(() => model.findOne({ _id: id }, fields).lean())) as Partial<D> | null;
    },

    /** Documents by any filter: scans on the embedded database, so never on a hot path. */
    async list(filter: Query, options: ListOptions = {}): Promise<D[]> {
      counts.read(name);
      const query = model.find(filter, options.fields ?? null).lean();
      if (options.sort) query.sort(options.sort);
      if (options.skip) query.skip(options.skip);
      if (options.limit) query.limit(options.limit);
      return (await asked(() => query)) as unknown as D[];
    },

    /** How many documents fit; scans. */
    async count(filter: Query): Promise<number> {
      counts.read(name);
      return asked(() => model.countDocuments(filter));
    },

    /** Insert-if-absent; whether this call made it. */
    async insert(operation: string, document: D): Promise<boolean> {
      const made = await insertTogether(document);
      if (ports.failAt) await ports.failAt(`${name}.${operation}`);
      return made;
    },

    /** Updates the one document that fits; whether one did. */
    async update(operation: string, filter: Query, update: Query): Promise<boolean> {
      const done = await wrote(operation, 1, () => model.updateOne(filter, update));
      return done.matchedCount > 0;
    },

    /** Compare-and-set that gives the document as it is afterwards, or null when nothing fits. */
    async change(operation: string, filter: Query, update: Query, fields?: Record<string, 0 | 1>): Promise<D | null> {
      const options = { returnDocument: 'after' as const, ...(fields ? { projection: fields } : {}) };
      const found = await wrote(operation, 1, () => model.findOneAndUpdate(filter, update, options).lean());
      return found as unknown as D | null;
    },

    /** As `change`, but makes the document when there is none; null when one exists that does not fit the filter. */
    async upsert(operation: string, filter: Query, update: Query, give: 'before' | 'after' = 'after') {
      try {
        const options = { returnDocument: give, upsert: true };
        const found = await wrote(operation, 1, () => model.findOneAndUpdate(filter, update, options).lean());
        return { fits: true, document: found as unknown as D | null };
      } catch (error) {
        if (isDuplicate(error)) return { fits: false, document: null };
        throw error;
      }
    },

    /** Several updates in one command, in no order; upserts that lose against another count as done. */
    async updateEach(operation: string, updates: { filter: Query; update: Query; upsert?: boolean }[]): Promise<void> {
      if (updates.length === 0) return;
      const operations = updates.map((updateOne) => ({ updateOne }));
      const options = { ordered: false, throwOnValidationError: true } as const;
      await wrote(operation, updates.length, async () => {
        try {
          await model.bulkWrite(operations, options);
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      });
    },

    /** Updates every document that fits; how many. */
    async updateAll(operation: string, filter: Query, update: Query): Promise<number> {
      const done = await wrote(operation, 1, () => model.updateMany(filter, update));
      return done.matchedCount;
    },

    /** Removes every document that fits; how many. */
    async remove(operation: string, filter: Query): Promise<number> {
      const done = await wrote(operation, 1, () => model.deleteMany(filter));
      return done.deletedCount;
    },

    /** Groups and sums, for reports only. */
    async aggregate<T>(stages: Query[]): Promise<T[]> {
      counts.read(name);
      return asked(() => model.aggregate<T>(stages as never));
    },

    /** Makes the collection and its indexes; may run again. */
    async create(): Promise<void> {
      await asked(async () => {
        const there = await ports.connection.listCollections();
        if (!there.some((one) => one.name === name)) await ports.connection.createCollection(name);
        for (const index of definition.indexes ?? []) {
          await model.collection.createIndex(index.fields, index.unique ? { unique: true } : {});
        }
      });
    },
  };
}

/** A collection of documents of one kind. */
export type Collection<D extends Stored> = ReturnType<typeof openCollection<D>>;

function upsertedOf(error: unknown): number[] {
  if (typeof error !== 'object' || error === null || !('result' in error)) return [];
  const result = error.result;
  if (typeof result !== 'object' || result === null || !('upsertedIds' in result)) return [];
  return Object.keys(result.upsertedIds as object).map(Number);
}
