import { continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import { mailActivities } from './activity-proxies';

/** Keeps somebody telling an event webhook of what happens, until it is deleted. */
export async function eventWebhook(input: { webhook: string; mailTaskQueue: string }): Promise<void> {
  setCurrentDetails(
    `Tells the event webhook ${input.webhook} of what happens, until it is deleted. What waits for it, and why, is in ` +
      `/v1/event-webhooks/${input.webhook}.`,
  );
  const { tellEvents } = mailActivities(input.mailTaskQueue);
  const { gone } = await tellEvents({ webhook: input.webhook });
  if (!gone) await continueAsNew<typeof eventWebhook>(input);
}
