import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { mongo } from 'mongoose';

const ASK_MS = 2_000;

/** Whether a Temporal frontend at `address` answers a gRPC call. */
export async function temporalAnswers(address: string): Promise<boolean> {
  if (!(await listens(address))) return false;
  const connection = await Connection.connect({ address, connectTimeout: ASK_MS }).catch(() => null);
  await connection?.close();
  return connection !== null;
}

/** Whether a MongoDB-compatible server at `uri` answers a ping. */
export async function databaseAnswers(uri: string): Promise<boolean> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: ASK_MS, connectTimeoutMS: ASK_MS });
  const asked = client
    .db('admin')
    .command({ ping: 1 })
    .then(
      () => true,
      () => false,
    );
  try {
    // The driver may wait for ever for a server that ends in the moment it is asked (docs/decisions/0191).
    return await Promise.race([asked, pause(2 * ASK_MS, false, { ref: false })]);
  } finally {
    await client.close();
  }
}

/** Whether anything listens at `host:port`; asked first because it answers at once. */
export async function listens(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), timeout: ASK_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
