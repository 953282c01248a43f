import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { until } from '../support/until';
import { ownServers, type OwnServers } from './started';

describe('Temporal, killed', () => {
  let own: OwnServers;
  beforeEach(async () => {
    own = await ownServers();
  });
  afterEach(async () => own.end());

  it('comes back at the same address with its runs and their search attributes', async () => {
    const servers = await own.start({ only: 'temporal' });
    const workflowId = randomUUID();
    const before = await clientOf(servers.temporalAddress, servers.namespace);
    await before.workflow.start('never-run', { workflowId, taskQueue: 'nobody', args: [] });
    await before.connection.close();
    const pid = servers.processes().temporal;
    process.kill(pid ?? 0, 'SIGKILL');
    await until('another process serves', () => own.lines.includes('Temporal is back'), 60_000);

    expect(servers.processes().temporal).not.toBe(pid);
    const after = await clientOf(servers.temporalAddress, servers.namespace);
    expect((await after.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
    await until('the run can be found by query', async () => {
      const { count } = await after.workflow.count('RingpostStatus IS NULL AND ExecutionStatus = "Running"');
      return count === 1;
    });
    await after.connection.close();
  });
});

async function clientOf(address: string, namespace: string): Promise<Client> {
  return new Client({ connection: await Connection.connect({ address }), namespace });
}
