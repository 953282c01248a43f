import { continueAsNew } from '@temporalio/workflow';
import { clockActivities } from './activity-proxies';

/** The only background loop of the product: ended leases, unsettled entries, stuck lines, counters, reconcile. */
export async function clock(): Promise<void> {
  await clockActivities.keepTime();
  await continueAsNew<typeof clock>();
}
