import type { FlowEvent, HandOver, Target } from '../state';
import { handOver } from './acts/transfer';
import { dropFromOffer, endRound } from './ringing';
import { emit, tell, type Run, type Turn } from './run';
import { endSnooze, unassign } from './slots';
import { happened } from './wait-events';

type AgentGone = Extract<FlowEvent, { type: 'agent-gone' }>;

/** An agent is gone: what rings at him goes on, who waits for him alone does so no more, what he has goes where it must. */
export function agentGone(run: Run, event: AgentGone): Turn | null {
  const { rest, assignee } = run.state;
  const { agent, cause } = event;
  if (rest?.kind === 'ring' && rest.offer.agents.includes(agent)) {
    tell(run, { kind: 'offer', what: 'The agent it rang at is gone.', detail: { agent, cause } });
    return dropFromOffer(run, agent, 'rescinded');
  }
  if (event.left && rest?.kind === 'line' && 'agent' in rest.target && rest.target.agent === agent) {
    tell(run, { kind: 'offer', what: 'The agent it waited for serves nobody any more.', detail: { agent, cause } });
    emit(run, { do: 'leaveLine', target: rest.target });
    return endRound(run, 'unavailable');
  }
  if (agent !== assignee) return null;
  if (event.handOver) return handOn(run, event, event.handOver);
  // Who snoozed something may be away until it returns.
  if (run.state.snooze) return null;
  tell(run, { kind: 'agent', what: 'The agent who has it is gone.', detail: { agent, cause } });
  return happened(run, 'agent-unavailable');
}

function handOn(run: Run, { agent, cause }: AgentGone, { to, keeps, by, note }: HandOver): Turn | null {
  const { state } = run;
  if (keeps && state.snooze) return null;
  endSnooze(run);
  const target = to ?? (state.group === null ? null : { group: state.group });
  // Of what rings elsewhere already, or waits for a supervisor, only who has it may change.
  if (keeps && (target === null || state.rest?.kind !== 'wait')) return null;
  const what = keeps ? COVERED : target === null ? 'It is taken from its agent.' : 'It goes on from its agent.';
  tell(run, { kind: 'hand-over', what, detail: { agent, cause, to: target }, ...(by === undefined ? {} : { by }) });
  if (note !== undefined) emit(run, { do: 'keepNote', note, agent: by ?? null });
  if (keeps) return cover(run, target);
  unassign(run);
  state.lookAgainAt = null;
  if (target === null || state.rest?.kind !== 'wait') return null;
  return state.awaiting === 'agent' ? handOver(run, target, state.rest) : rest(run, target);
}

/** Nobody need be rung before the contact writes. */
function rest(run: Run, target: Target): null {
  const { state } = run;
  if ('group' in target) {
    state.group = target.group;
    state.onReply = target.group;
  } else {
    state.assignee = target.agent;
    state.assignedAt = run.at;
  }
  return null;
}

/** Rings who covers for the agent who has it, and waits for him if need be; the agent keeps it until then. */
export function cover(run: Run, target: Target | null): Turn | null {
  const { rest: back, group } = run.state;
  if (target === null || back?.kind !== 'wait') return null;
  return handOver(run, target, back, { bound: { waits: true }, queueMs: null, otherwise: group });
}

const COVERED = 'Its agent is absent: who covers for him is rung, and he keeps it until then.';
