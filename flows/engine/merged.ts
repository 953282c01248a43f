import type { Left, MessageFacts } from '../state';
import { emit, tell, type Run } from './run';

/** Messages went to another enquiry: nothing here answers them any more. */
export function mailLeft(run: Run, { to, number, by, messages, newest, unmerged }: Left): null {
  const { state } = run;
  state.messages = Math.max(0, state.messages - messages.length);
  const gone = (facts: MessageFacts): boolean => messages.includes(facts.id);
  if (newest && gone(state.newest)) state.newest = newest;
  if (newest && messages.includes(state.answerTo)) state.answerTo = newest.id;
  const what = unmerged
    ? `The merge of enquiry ${number} was taken back: what came with it is its own again.`
    : `A message went to enquiry ${number}.`;
  tell(run, { kind: 'left', what, by, detail: { to, number, messages } });
  return null;
}

/** A mail came to an enquiry that was merged: it goes on to the elder. */
export function mailToMerged(run: Run, message: MessageFacts, into: string): null {
  const { state } = run;
  state.messages += 1;
  state.newest = message;
  if (message.participant && !message.automatic && !message.side) {
    state.answerTo = message.id;
    if (state.merged) state.merged = { ...state.merged, came: true };
  }
  const what = `A mail came; it goes on to enquiry ${state.merged?.number ?? ''}.`;
  tell(run, { kind: 'carried', what, detail: { message: message.id, automatic: message.automatic } });
  emit(run, { do: 'carryOn', into, messageId: message.id }, null);
  return null;
}
