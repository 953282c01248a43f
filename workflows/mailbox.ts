import { continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import { mailActivities } from './activity-proxies';

/** Keeps one watcher of a mail login alive, until the login is deleted or switched off. */
export async function mailbox(input: { loginId: string; mailTaskQueue: string }): Promise<void> {
  setCurrentDetails(
    `Watches the mail login ${input.loginId}, until it is deleted or switched off. Its activity "watchMailbox" is taken ` +
      `over within 20 seconds when a process dies. Its state is in /v1/channels and /readyz.`,
  );
  const { watchMailbox } = mailActivities(input.mailTaskQueue);
  const { gone } = await watchMailbox({ loginId: input.loginId });
  if (!gone) await continueAsNew<typeof mailbox>(input);
}
