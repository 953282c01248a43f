/**
 * The run of one enquiry. It reads as messages, handlers, main loop; what an event means is decided by `flows/step.ts`,
 * what an effect does by an activity of the same name, so that the Temporal UI reads like the flow.
 */
import { allHandlersFinished, condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { EnquiryRun } from './enquiry-run';
import {
  acceptUpdate,
  agentGoneSignal,
  attendUpdate,
  closeUpdate,
  declineUpdate,
  deliveryFailedSignal,
  mailSignal,
  migrateUpdate,
  matchedSignal,
  noteUpdate,
  replyUpdate,
  resumeUpdate,
  stateQuery,
  tagUpdate,
  takeUpdate,
  transferUpdate,
  type EnquiryInput,
  type EnquiryResult,
} from './messages';

/** Runs an enquiry from its first mail to its close; reopened enquiries are new runs under the same workflow id. */
export async function enquiry(input: EnquiryInput): Promise<EnquiryResult> {
  const run = new EnquiryRun(input);
  receiveMessages(run);
  await run.begin();
  for (;;) {
    await run.burst();
    const ending = run.isClosed() || run.hasMoved() || workflowInfo().continueAsNewSuggested;
    if (!ending) {
      await condition(() => run.hasWork());
      continue;
    }
    // No await between the check and the end: a message that arrives later belongs to the next run or is refused.
    await condition(() => run.hasWork() || allHandlersFinished());
    if (run.hasWork() || !allHandlersFinished()) continue;
    if (run.isClosed()) return run.result();
    await continueAsNew<typeof enquiry>(run.next());
  }
}

function receiveMessages(run: EnquiryRun): void {
  setHandler(mailSignal, (message) => void run.inbox.push({ type: 'mail', message }));
  setHandler(matchedSignal, (match) => void run.inbox.push({ type: 'matched', ...match }));
  setHandler(agentGoneSignal, (gone) => void run.inbox.push({ type: 'agent-gone', ...gone }));
  setHandler(deliveryFailedSignal, (failed) => void run.inbox.push({ type: 'delivery-failed', ...failed }));
  setHandler(stateQuery, () => run.getState());
  // Updates, not signals: the person who acts must be told how it ended. Pushing is the claim; `step` decides in order.
  setHandler(acceptUpdate, (act) => run.act({ type: 'accept', ...act }));
  setHandler(declineUpdate, (act) => run.act({ type: 'decline', ...act }));
  setHandler(takeUpdate, (act) => run.act({ type: 'take', ...act }));
  setHandler(replyUpdate, (act) => run.act({ type: 'reply', ...act }));
  setHandler(noteUpdate, (act) => run.act({ type: 'note', ...act }));
  setHandler(transferUpdate, (act) => run.act({ type: 'transfer', ...act }));
  setHandler(tagUpdate, (act) => run.act({ type: 'tag', ...act }));
  setHandler(closeUpdate, (act) => run.act({ type: 'close', ...act }));
  setHandler(attendUpdate, (act) => run.act({ type: 'attend', ...act }));
  setHandler(migrateUpdate, (wanted) => run.migrate(wanted));
  setHandler(resumeUpdate, (act) => run.act({ type: 'resume', ...act }));
}
