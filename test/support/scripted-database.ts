import mongoose, { type Connection } from 'mongoose';
import type { CollectionPorts } from '../../store/database/collection';
import { createOperationCounts } from '../../store/database/operation-counts';

/** What a database says of one bulk write: which operations made a document, and which it refused. */
export interface BulkAnswer {
  made?: number[];
  errors?: { index: number; code: number }[];
}

interface Operation {
  updateOne: { filter: { _id: string } };
}

/** Ports of a collection that no database stands behind: for what one says only when several write at the same moment. */
export function scriptedPorts(): CollectionPorts & { connection: Connection } {
  return { connection: mongoose.createConnection(), counts: createOperationCounts(), creates: [] };
}

/**
 * Lets bulk writes of a collection be answered as said, one after the other and then all as done, and reads with these
 * documents; the ids that each write was about.
 */
export function script(
  connection: Connection,
  name: string,
  { writes = [], reads = [] }: { writes?: BulkAnswer[]; reads?: object[][] },
): { sent: string[][] } {
  const sent: string[][] = [];
  const bulkWrite = (operations: Operation[]): Promise<unknown> => {
    const ids = operations.map(({ updateOne }) => updateOne.filter._id);
    sent.push(ids);
    const { made = ids.map((_, index) => index), errors = [] } = writes.shift() ?? {};
    const result = { upsertedIds: Object.fromEntries(made.map((index) => [index, ids[index]])) };
    if (errors.length === 0) return Promise.resolve(result);
    const writeErrors = errors.map((err) => ({ ...err, err }));
    const [{ code } = { code: 0 }] = errors;
    const said = { message: 'The database refused some.', code, writeErrors };
    // The classes of the result and of each error are the driver's own: they look like this.
    return Promise.reject(new mongoose.mongo.MongoBulkWriteError(said as never, result as never));
  };
  const find = () => ({ toArray: () => Promise.resolve(reads.shift() ?? []) });
  Object.assign(connection.model(name).collection, { bulkWrite, find });
  return { sent };
}
