import type { Answer } from '../state';
import { handOver } from './acts/transfer';
import { cover } from './hand-on';
import { ask, has, tell, type Run, type Turn } from './run';
import { targetOf } from './target-of';
import { happened } from './wait-events';

/**
 * The contact wrote, and an agent has the enquiry: that agent holds a slot again, and it is asked whether he is there. `again`: he was busy or full, and the contact's patience is over.
 */
export function lookAtHolder(run: Run, agent: string, again: boolean): Turn {
  run.state.slot = agent;
  run.state.lookAgainAt = null;
  const about = run.state.bound ? { bound: true as const } : { asked: true as const };
  return ask(run, { do: 'holdSlot', agent, ...about }, { on: 'holder', again });
}

/**
 * By `whenUnavailable` of the engagement: when he is gone, or occupied for longer than the contact's patience, the group
 * is rung while he keeps the enquiry and the engagement; else it waits for him. An answer that tells nothing waits too.
 */
export function holderLookedAt(run: Run, answer: Answer | null, again: boolean): Turn | null {
  const { state } = run;
  const turn = again ? null : happened(run, 'customer-replied');
  if (turn || state.rest?.kind !== 'wait' || state.assignee === null) return turn;
  if (!has(answer, 'holder') || answer.holder === 'free') return null;
  const covering = has(answer, 'cover') ? targetOf(answer.cover) : null;
  if (covering) {
    tell(run, { kind: 'engagement', what: COVERED, detail: { agent: state.assignee, to: covering } });
    return cover(run, covering);
  }
  const group = has(answer, 'left') ? state.group : has(answer, 'forwardTo') ? answer.forwardTo : null;
  if (typeof group !== 'string') return null;
  if (answer.holder === 'occupied' && !again) {
    state.lookAgainAt = run.at + run.defaults.patienceMs;
    return null;
  }
  const what = state.bound ? GONE : 'The agent who has it serves nobody any more: his group is asked.';
  tell(run, { kind: 'engagement', what, detail: { agent: state.assignee, group } });
  return handOver(run, { group }, state.rest);
}

const COVERED = 'The agent who has it is absent: who covers for him is rung.';
const GONE = 'The agent the contact is bound to is not there: his group is asked, and he keeps the contact.';
