import { countIdle } from './count-idle';
import { followedUp } from './missed';
import { emit, type Run } from './run';
import { slaTurn } from './sla';

/** Gives the slot of the one who has the enquiry free; nothing when none is held. `wrapUp`: his work with it is done. */
export function releaseSlot(run: Run, wrapUp = false): void {
  const holder = run.state.slot;
  if (holder === null) return;
  run.state.slot = null;
  emit(run, { do: 'releaseSlot', agent: holder, ...(wrapUp ? { wrapUp: { group: run.state.group } } : {}) });
}

/** Whose turn it is changes: the slot goes while it is the contact's, and comes back, over the limit if need be. */
export function setAwaiting(run: Run, awaiting: 'agent' | 'contact'): void {
  const { state } = run;
  if (awaiting === 'contact') state.lookAgainAt = null;
  setTurn(run, awaiting);
  if (awaiting === 'contact') {
    countIdle(run);
    releaseSlot(run);
  } else if (state.assignee !== null && state.slot === null) holdSlot(run, state.assignee);
}

/** Whose turn it is, and since when; slots stay as they are. */
export function setTurn(run: Run, awaiting: 'agent' | 'contact'): void {
  const { state, at } = run;
  if (state.awaiting === awaiting) return;
  state.awaiting = awaiting;
  state.awaitingSince = at;
  slaTurn(run, awaiting);
  if (state.idle) state.idle = null;
}

/** It is snoozed no more: the wait it lay at goes on with the time it had left. Nothing when it was not. */
export function endSnooze({ state, at }: Run): void {
  const { snooze, rest } = state;
  if (!snooze) return;
  state.snooze = null;
  if (rest?.kind === 'wait') state.rest = { ...rest, until: rest.until + at - Math.max(snooze.since, rest.since) };
}

/** The agent holds a slot for this enquiry from now on, even beyond his capacity. */
export function holdSlot(run: Run, agent: string): void {
  run.state.slot = agent;
  emit(run, { do: 'holdSlot', agent });
}

/** Makes the agent the one who has the enquiry. His slot is reserved already; an earlier holder's is given free. */
export function assign(run: Run, agent: string): void {
  const { state } = run;
  endSnooze(run);
  if (state.slot !== agent) releaseSlot(run, state.slot === state.assignee);
  state.assignee = agent;
  state.onReply = null;
  state.assignedAt = run.at;
  state.served = { agent, at: run.at };
  state.slot = agent;
  state.missedBy = [];
  state.lookAgainAt = null;
  followedUp(run, agent);
  setAwaiting(run, 'agent');
}

/** Takes the enquiry from whoever has it, and gives his slot free. */
export function unassign(run: Run): void {
  releaseSlot(run);
  run.state.assignee = null;
  run.state.assignedAt = null;
}
