import { continueAsNew } from '@temporalio/workflow';
import { mailActivities } from './activity-proxies';

/** Keeps one sender of a channel alive: when the activity ends by its day's limit or a crash, it runs again. */
export async function delivery(input: { channelId: string; mailTaskQueue: string }): Promise<void> {
  const { deliver } = mailActivities(input.mailTaskQueue);
  const { gone } = await deliver({ channelId: input.channelId });
  if (!gone) await continueAsNew<typeof delivery>(input);
}
