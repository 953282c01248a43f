/** Temporal's time-skipping test server: real timers of minutes and days pass in milliseconds. */
import { SearchAttributeType } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { attributeKeys } from '../../workflows/search-attributes';
import { testServers } from './servers';
import { aDesk, quietTemporal, startWork, type Work } from './work';

/** A desk on a time-skipping server of its own. */
export interface DeskOverTime {
  environment: TestWorkflowEnvironment;
  work: Work;
  stop(): Promise<void>;
}

/** Starts a server and a desk on it, without a sender: time would not pass beside one. */
export async function startDeskOverTime(parts: Parameters<typeof aDesk>[1]): Promise<DeskOverTime> {
  const environment = await startTimeSkipping();
  const work = await startWork({ connection: environment.nativeConnection, namespace: 'default' });
  await aDesk(work, { ...parts, delivery: false });
  return {
    environment,
    work,
    async stop() {
      await work.stop();
      await environment.teardown();
    },
  };
}

/** Starts a server with Ringpost's search attributes registered. */
async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  quietTemporal();
  const environment = await started(3);
  const types = { [SearchAttributeType.KEYWORD]: 2, [SearchAttributeType.INT]: 3 } as Record<string, number>;
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(attributeKeys).map((key) => [key.name, types[key.type] ?? 2])),
  });
  return environment;
}

/** The server's own limit for its start is five seconds, which a busy machine may need twice. */
async function started(tries: number): Promise<TestWorkflowEnvironment> {
  const server = { executable: { type: 'existing-path', path: testServers().testServerPath } } as const;
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({ server });
  } catch (error) {
    if (tries <= 1) throw error;
    return started(tries - 1);
  }
}
