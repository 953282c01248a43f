import { continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import { mailActivities } from './activity-proxies';

/** Keeps one sender of a channel alive: when the activity ends by its day's limit or a crash, it runs again. */
export async function delivery(input: { channelId: string; mailTaskQueue: string }): Promise<void> {
  setCurrentDetails(
    `Sends the mail of channel ${input.channelId}, for ever: it runs while the channel exists. Its activity "deliver" is ` +
      `taken over within 20 seconds when a process dies. What waits is in /v1/outbox.`,
  );
  const { deliver } = mailActivities(input.mailTaskQueue);
  const { gone } = await deliver({ channelId: input.channelId });
  if (!gone) await continueAsNew<typeof delivery>(input);
}
