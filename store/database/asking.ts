import type { Connection } from 'mongoose';
import { StoreAway } from '../errors';
import { isAway } from './connect';
import type { OperationCounts } from './operation-counts';

/** Calls after each write, by the name `<collection>.<operation>`; crash tests end the process there. */
export type FailAt = (point: string) => void | Promise<void>;

/** Makes a collection and its indexes, unless it is among those that are there. */
export type Create = (there: ReadonlySet<string>) => Promise<void>;

/** What a collection needs. */
export interface CollectionPorts {
  connection: Connection;
  counts: OperationCounts;
  failAt?: FailAt | undefined;
  /** How to make each collection and its indexes; `migrate` calls them. */
  creates: Create[];
}

/** Asks the database; errors of the connection come out as `StoreAway`. */
export async function asked<T>(ask: () => PromiseLike<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isAway(error) ? new StoreAway(error) : error;
  }
}

const duplicateKey = 11000;

/** Whether an insert or upsert lost against another with the same key, and nothing else went wrong. */
export function isDuplicate(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== duplicateKey) return false;
  if (!('writeErrors' in error) || !Array.isArray(error.writeErrors)) return true;
  return error.writeErrors.every((one: { code?: unknown }) => one.code === duplicateKey);
}
