import { Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { mongo } from 'mongoose';
import { SEARCH_ATTRIBUTES } from '../../servers/namespace';
import { testServers } from '../support/servers';

describe('the servers every test shares', () => {
  it('answer at the addresses handed over, the namespace with its retention and search attributes in place', async () => {
    const { mongoUri, temporalAddress, namespace } = testServers();
    const client = new mongo.MongoClient(mongoUri);
    const connection = await Connection.connect({ address: temporalAddress });
    try {
      expect(await client.db('shared-servers').command({ ping: 1 })).toMatchObject({ ok: 1 });
      const described = await connection.workflowService.describeNamespace({ namespace });
      expect(Number(described.config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      expect(customAttributes).toMatchObject(SEARCH_ATTRIBUTES);
    } finally {
      await client.close();
      await connection.close();
    }
  });

  it('include a server on which thirty days pass at once', async () => {
    const environment = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: testServers().testServerPath } },
    });
    try {
      const before = await environment.currentTimeMs();
      await environment.sleep('30 days');
      expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(30 * 86_400_000);
    } finally {
      await environment.teardown();
    }
  });
});
