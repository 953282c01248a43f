import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { mongo } from 'mongoose';
import { ownServers, type OwnServers } from './started';

describe('a data folder', () => {
  let own: OwnServers;
  beforeEach(async () => {
    own = await ownServers();
  });
  afterEach(async () => own.end());

  it('is found by the second start at the addresses and with the data of the first', async () => {
    const first = await own.start();
    await withDatabase(first.mongoUri, async (things) => things.insertOne({ _id: 'kept' }));
    await withTemporal(first, async (client) =>
      client.workflow.start('never-run', { workflowId: 'kept', taskQueue: 'nobody', args: [] }),
    );
    await first.stop();
    expect(first.processes()).toEqual({ temporal: undefined, mongo: undefined });

    const second = await own.start();
    expect({ ...second, processes: null, stop: null }).toEqual({ ...first, processes: null, stop: null });
    expect(await withDatabase(second.mongoUri, async (things) => things.findOne({}))).toEqual({ _id: 'kept' });
    const status = await withTemporal(second, async (client) => client.workflow.getHandle('kept').describe());
    expect(status.status.name).toBe('RUNNING');
  });

  it('that another Ringpost uses is refused with what to do, and that one is left alone', async () => {
    const first = await own.start({ only: 'mongo' });
    await expect(own.start({ only: 'mongo', portLimitMs: 500 })).rejects.toMatchObject({
      name: 'PortTaken',
      message: expect.stringContaining('another Ringpost runs on this folder: stop it'),
    });
    expect(await withDatabase(first.mongoUri, async (things) => things.findOne({}))).toBeNull();
  });

  it('that mongod wrote is never opened by the embedded database, as if it were empty', async () => {
    const ports = { temporalPort: 20_001, temporalUiPort: 20_002, mongoPort: 20_003 };
    await writeFile(join(own.dataDir, 'servers.json'), JSON.stringify({ ...ports, mongoKind: 'mongod' }));
    const outcome = await own.start({ only: 'mongo', downloads: false }).then(
      ({ mongoKind }) => mongoKind,
      (failure: Error) => failure.name,
    );
    // What a machine with mongod gives, and what one without gives.
    expect(['mongod', 'NoServerAvailable']).toContain(outcome);
  });

  it('whose given database does not answer stops the start, and the setting is named', async () => {
    await expect(own.start({ mongoUri: 'mongodb://127.0.0.1:1/', only: 'mongo' })).rejects.toMatchObject({
      name: 'ServerDidNotStart',
      message: expect.stringContaining('MONGODB_URI'),
    });
  });
});

async function withDatabase<T>(
  uri: string,
  use: (things: mongo.Collection<{ _id: string }>) => Promise<T>,
): Promise<T> {
  const client = new mongo.MongoClient(uri);
  try {
    return await use(client.db('second-start').collection<{ _id: string }>('things'));
  } finally {
    await client.close();
  }
}

async function withTemporal<T>(
  at: { temporalAddress: string; namespace: string },
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: at.temporalAddress });
  try {
    return await use(new Client({ connection, namespace: at.namespace }));
  } finally {
    await connection.close();
  }
}
