/**
 * The run of one enquiry. It reads as messages, handlers, main loop; what an event means is decided by `flows/step.ts`,
 * what an effect does by an activity of the same name, so that the Temporal UI reads like the flow.
 */
import { allHandlersFinished, condition, continueAsNew, patched, setHandler, workflowInfo } from '@temporalio/workflow';
import { EnquiryRun } from './enquiry-run';
import {
  absorbedSignal,
  acceptUpdate,
  agentGoneSignal,
  answerLeftSignal,
  attendUpdate,
  closeUpdate,
  declineUpdate,
  deliveryFailedSignal,
  mailLeftSignal,
  mailSignal,
  mergeUpdate,
  migrateUpdate,
  matchedSignal,
  noteUpdate,
  notSpamUpdate,
  partUpdate,
  releaseUpdate,
  reopenUpdate,
  replyUpdate,
  resumeUpdate,
  snoozeUpdate,
  spamUpdate,
  stateQuery,
  tagUpdate,
  takeUpdate,
  transferUpdate,
  undoCloseUpdate,
  undoTransferUpdate,
  unmergeUpdate,
  unsnoozeUpdate,
  unsendUpdate,
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
  setHandler(answerLeftSignal, (answer) => void run.inbox.push({ type: 'answer-left', ...answer }));
  setHandler(absorbedSignal, (what) => void run.inbox.push({ type: 'absorbed', ...what }));
  setHandler(mailLeftSignal, (what) => void run.inbox.push({ type: 'left', ...what }));
  setHandler(stateQuery, () => run.getState());
  // Updates, not signals: the person who acts must be told how it ended. Pushing is the claim; `step` decides in order.
  setHandler(acceptUpdate, (act) => run.act({ type: 'accept', ...act }));
  setHandler(declineUpdate, (act) => run.act({ type: 'decline', ...act }));
  setHandler(takeUpdate, (act) => run.act({ type: 'take', ...act }));
  setHandler(replyUpdate, (act) => run.act({ type: 'reply', ...act }));
  setHandler(unsendUpdate, (act) => run.act({ type: 'unsend', ...act }));
  setHandler(noteUpdate, (act) => run.act({ type: 'note', ...act }));
  setHandler(transferUpdate, (act) => run.act({ type: 'transfer', ...act }));
  setHandler(tagUpdate, (act) => run.act({ type: 'tag', ...act }));
  setHandler(closeUpdate, (act) => run.act({ type: 'close', ...act }));
  setHandler(snoozeUpdate, (act) => run.act({ type: 'snooze', ...act }));
  setHandler(unsnoozeUpdate, (act) => run.act({ type: 'unsnooze', ...act }));
  setHandler(releaseUpdate, (act) => run.act({ type: 'release', ...act }));
  setHandler(undoTransferUpdate, (act) => run.act({ type: 'undo-transfer', ...act }));
  // Runs from before left agreed times as the close had met them.
  setHandler(undoCloseUpdate, (act) =>
    run.act({ type: 'undo-close', ...act, ...(patched('undo-close-owes-again') ? {} : { keepsMet: true as const }) }),
  );
  setHandler(reopenUpdate, (act) => run.act({ type: 'reopen', ...act }));
  setHandler(spamUpdate, (act) => run.act({ type: 'spam', ...act }));
  setHandler(notSpamUpdate, (act) => run.act({ type: 'not-spam', ...act }));
  setHandler(mergeUpdate, (act) => run.act({ type: 'merge', ...act }));
  setHandler(unmergeUpdate, (act) => run.act({ type: 'unmerge', ...act }));
  setHandler(partUpdate, (act) => run.act({ type: 'part', ...act }));
  setHandler(attendUpdate, (act) => run.act({ type: 'attend', ...act }));
  setHandler(migrateUpdate, (wanted) => run.migrate(wanted));
  setHandler(resumeUpdate, (act) => run.act({ type: 'resume', ...act }));
}
