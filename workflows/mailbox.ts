import { continueAsNew } from '@temporalio/workflow';
import { mailActivities } from './activity-proxies';

/** Keeps one watcher of a mail login alive, until the login is deleted or switched off. */
export async function mailbox(input: { loginId: string; mailTaskQueue: string }): Promise<void> {
  const { watchMailbox } = mailActivities(input.mailTaskQueue);
  const { gone } = await watchMailbox({ loginId: input.loginId });
  if (!gone) await continueAsNew<typeof mailbox>(input);
}
