/**
 * The bare ceiling of this machine for "mail in, agent rings": an SMTP sink that fsyncs one file, eight upserts by
 * `_id`, a workflow with one local activity and one timer, on the same servers and in as many processes as Ringpost.
 * No Ringpost code. Written once and left alone, so that ratios of different days can be compared.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import mongoose from 'mongoose';
import { SMTPServer } from 'smtp-server';
import { sendMany } from './load';

/** Addresses of the servers and how many mails are sent over how many connections. */
export interface CeilingInput {
  temporalAddress: string;
  namespace: string;
  mongoUri: string;
  mails: number;
  connections: number;
}

const UPSERTS = 8;

/** Measures the ceiling in mails per second, from the first connection to the last timer set. */
export async function measureCeiling(input: CeilingInput): Promise<{ mailsPerSecond: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'ringpost-ceiling-'));
  const database = await mongoose.createConnection(input.mongoUri, { dbName: `ceiling-${randomUUID()}` }).asPromise();
  const connection = await NativeConnection.connect({ address: input.temporalAddress });
  const taskQueue = `ceiling-${randomUUID()}`;
  let done = 0;
  const worker = await Worker.create({
    connection,
    namespace: input.namespace,
    taskQueue,
    workflowsPath: require.resolve('./ceiling-workflows'),
    activities: { note: async () => void (done += 1) },
    maxCachedWorkflows: 100,
  });
  const client = new Client({ connection, namespace: input.namespace });
  const running = worker.run();
  const store = database.collection<{ _id: string; n: number }>('mails');
  const keep = async (raw: Buffer): Promise<void> => {
    const id = randomUUID();
    const file = await open(join(folder, id), 'w');
    await file.writeFile(raw);
    await file.sync();
    await file.close();
    for (let n = 0; n < UPSERTS; n += 1)
      await store.updateOne({ _id: `${id}-${n}` }, { $setOnInsert: { n } }, { upsert: true });
    await client.workflow.start('ceiling', { taskQueue, workflowId: id, args: [id], requestEagerStart: true });
  };
  const server = sink(keep);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.server.address() as AddressInfo).port;
  try {
    const started = performance.now();
    await sendMany({ port, mails: input.mails, connections: input.connections, to: 'ceiling@localhost' });
    while (done < input.mails) await new Promise((resolve) => setTimeout(resolve, 5));
    return { mailsPerSecond: input.mails / ((performance.now() - started) / 1000) };
  } finally {
    await new Promise<void>((resolve) => server.close(resolve));
    worker.shutdown();
    await running;
    await connection.close();
    await database.dropDatabase();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The sink: answers 250 when `keep` has kept the mail. */
function sink(keep: (raw: Buffer) => Promise<void>): SMTPServer {
  const answer = async (raw: Buffer, callback: (error?: Error) => void): Promise<void> => {
    try {
      await keep(raw);
      callback();
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => void answer(Buffer.concat(parts), callback));
    },
  });
}
