import { continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import { clockActivities } from './activity-proxies';

/** The only background loop of the product: ended leases, unsettled entries, stuck lines, counters, reconcile. */
export async function clock(): Promise<void> {
  setCurrentDetails(
    'Looks every 5 seconds for what time has ended: presence leases, unsettled mail, stuck lines, enquiries without a ' +
      'run. It runs for ever and needs no attention.',
  );
  await clockActivities.keepTime();
  await continueAsNew<typeof clock>();
}
