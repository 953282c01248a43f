import { emit, type Run } from './run';

/** Gives the slot of the one who has the enquiry free; nothing when none is held. */
export function releaseSlot(run: Run): void {
  const holder = run.state.slot;
  if (holder === null) return;
  run.state.slot = null;
  emit(run, { do: 'releaseSlot', agent: holder });
}

/** Whose turn it is changes: the slot goes while it is the contact's, and comes back, over the limit if need be. */
export function setAwaiting(run: Run, awaiting: 'agent' | 'contact'): void {
  const { state } = run;
  if (awaiting === 'contact') state.lookAgainAt = null;
  setTurn(run, awaiting);
  if (awaiting === 'contact') releaseSlot(run);
  else if (state.assignee !== null && state.slot === null) holdSlot(run, state.assignee);
}

/** Whose turn it is, and since when; slots stay as they are. */
export function setTurn({ state, at }: Run, awaiting: 'agent' | 'contact'): void {
  if (state.awaiting === awaiting) return;
  state.awaiting = awaiting;
  state.awaitingSince = at;
}

/** The agent holds a slot for this enquiry from now on, even beyond his capacity. */
export function holdSlot(run: Run, agent: string): void {
  run.state.slot = agent;
  emit(run, { do: 'holdSlot', agent });
}

/** Makes the agent the one who has the enquiry. His slot is reserved already; an earlier holder's is given free. */
export function assign(run: Run, agent: string): void {
  const { state } = run;
  if (state.slot !== agent) releaseSlot(run);
  state.assignee = agent;
  state.assignedAt = run.at;
  state.slot = agent;
  state.missedBy = [];
  state.lookAgainAt = null;
  setAwaiting(run, 'agent');
}
