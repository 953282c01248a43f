import type { Answer } from '../state';
import { handOver } from './acts/transfer';
import { ask, has, tell, type Run, type Turn } from './run';
import { happened } from './wait-events';

/**
 * The contact wrote and is bound to the agent who has the enquiry: that agent holds a slot again, and it is asked whether
 * he is there. `again`: he was busy or full, and the contact's patience is over.
 */
export function lookAtHolder(run: Run, agent: string, again: boolean): Turn {
  run.state.slot = agent;
  run.state.lookAgainAt = null;
  return ask(run, { do: 'holdSlot', agent, bound: true }, { on: 'holder', again });
}

/**
 * By `whenUnavailable` of the engagement: when he is gone, or occupied for longer than the contact's patience, the group
 * is rung while he keeps the enquiry and the engagement; else it waits for him. An answer that tells nothing waits too.
 */
export function holderLookedAt(run: Run, answer: Answer | null, again: boolean): Turn | null {
  const { state } = run;
  const turn = again ? null : happened(run, 'customer-replied');
  if (turn || state.rest?.kind !== 'wait' || state.assignee === null) return turn;
  if (!has(answer, 'holder') || !has(answer, 'forwardTo') || typeof answer.forwardTo !== 'string') return null;
  if (answer.holder === 'free') return null;
  if (answer.holder === 'occupied' && !again) {
    state.lookAgainAt = run.at + run.defaults.patienceMs;
    return null;
  }
  const what = 'The agent the contact is bound to is not there: his group is asked, and he keeps the contact.';
  tell(run, { kind: 'engagement', what, detail: { agent: state.assignee, group: answer.forwardTo } });
  return handOver(run, { group: answer.forwardTo }, state.rest);
}
