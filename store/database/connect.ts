import mongoose from 'mongoose';
import { StoreAway } from '../errors';
import { endWritesOfClosedConnections } from './closed-writes';

/** Limits of the connection, so that a database that is away is noticed fast (milliseconds). */
export interface ConnectionLimits {
  serverSelectionTimeoutMS?: number;
  connectTimeoutMS?: number;
  socketTimeoutMS?: number;
  heartbeatFrequencyMS?: number;
  maxPoolSize?: number;
}

/** Opens a connection of its own (nothing global), with no buffering: a database that is away fails fast. */
export async function connect(
  uri: string,
  database: string,
  limits: ConnectionLimits = {},
): Promise<mongoose.Connection> {
  endWritesOfClosedConnections();
  const connection = mongoose.createConnection(uri, {
    dbName: database,
    serverSelectionTimeoutMS: 5_000,
    // Also how long the driver's own heartbeat waits before it cuts every connection: a busy machine is not an absent one.
    connectTimeoutMS: 15_000,
    socketTimeoutMS: 15_000,
    waitQueueTimeoutMS: 10_000,
    heartbeatFrequencyMS: 5_000,
    maxPoolSize: 16,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    ...limits,
  });
  connection.on('error', () => undefined);
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    throw isAway(error) ? new StoreAway(error) : error;
  }
}

/** Names of the driver's and mongoose's errors that mean: no database there now. */
const awayNames = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'WaitQueueTimeoutError',
  'MongoOperationTimeoutError',
]);
/** Codes of a server that is shutting down or is no primary (driver specification "retryable writes"). */
const awayCodes = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** Whether an error says that the database is away, rather than that the request was wrong. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (awayNames.has(error.name)) return true;
  if ('code' in error && typeof error.code === 'number' && awayCodes.has(error.code)) return true;
  // The driver wraps what went wrong with a bulk write, and forgets its name.
  if ('errorResponse' in error && error.errorResponse !== error && isAway(error.errorResponse)) return true;
  return error.name === 'MongooseError' && /initial connection|disconnected|bufferCommands/i.test(error.message);
}
