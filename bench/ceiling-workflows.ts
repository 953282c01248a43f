/** The least a durable run can be: one local activity, one timer. Measured beside Ringpost, then left alone. */
import { proxyLocalActivities, sleep } from '@temporalio/workflow';

const { note } = proxyLocalActivities<{ note(id: string): Promise<void> }>({ startToCloseTimeout: '5s' });

/** One local activity, one timer that outlives the measurement. */
export async function ceiling(id: string): Promise<void> {
  await note(id);
  await sleep('1 hour');
}
