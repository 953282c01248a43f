/** Temporal's time-skipping test server: real timers of minutes and days pass in milliseconds. */
import { SearchAttributeType } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { attributeKeys } from '../../workflows/search-attributes';
import { testServers } from './servers';
import { quietTemporal } from './work';

/** Starts the server of this test file, with Ringpost's search attributes registered. */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  quietTemporal();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServers().testServerPath } },
  });
  const types = { [SearchAttributeType.KEYWORD]: 2, [SearchAttributeType.INT]: 3 } as Record<string, number>;
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(attributeKeys).map((key) => [key.name, types[key.type] ?? 2])),
  });
  return environment;
}
