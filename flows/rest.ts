import { slaDeadline } from './engine/sla';
import { NEVER, type EnquiryState, type Instant, type Rest } from './state';

/** The moment the driver must send `clock`; null when nothing but people and mail can move the enquiry. */
export function nextDeadline(state: EnquiryState): Instant | null {
  if (state.asking) return null;
  if (state.errand) return state.errand.at;
  return earliest(restDeadline(state) ?? NEVER, slaDeadline(state) ?? NEVER);
}

/** The moment the rest is over by itself; null when it has no end. */
export function restDeadline(state: EnquiryState): Instant | null {
  if (state.asking || !state.rest || state.rest.kind === 'parked') return null;
  // What is snoozed waits for nothing else.
  if (state.rest.kind === 'wait' && state.snooze) return state.snooze.until;
  const end = state.rest.kind === 'ring' ? state.rest.offer.until : state.rest.until;
  if (state.rest.kind === 'line') return earliest(end, state.rest.widenAt ?? NEVER);
  if (state.rest.kind === 'wait') return earliest(end, state.lookAgainAt ?? NEVER, idleDeadline(state));
  return earliest(end);
}

function earliest(...times: Instant[]): Instant | null {
  const until = Math.min(...times);
  return until >= NEVER ? null : until;
}

function idleDeadline({ idle }: EnquiryState): Instant {
  return idle ? (idle.warnAt ?? idle.closeAt) : NEVER;
}

/** What an enquiry rests on, in one sentence for ops; nothing personal. */
export function describeRest(state: EnquiryState): string {
  if (state.merged) return `Merged into enquiry ${state.merged.number} (${state.merged.into}).`;
  if (state.status === 'closed') return `Closed: ${state.ending ?? 'no reason given'}.`;
  if (state.asking) return `Waits for the answer of ${state.asking.about} (node "${state.asking.node ?? ''}").`;
  if (!state.rest) return 'On its way.';
  const until = restDeadline(state);
  return `${sentence(state.rest, state)}${until === null ? '' : `, until ${new Date(until).toISOString()}`}.`;
}

function sentence(rest: Rest, state: EnquiryState): string {
  switch (rest.kind) {
    case 'ring':
      return `Rings at ${rest.offer.agents.join(', ')} (node "${rest.node}")`;
    case 'line':
      return `Waits in line for ${'group' in rest.target ? rest.target.group : rest.target.agent} (node "${rest.node}")`;
    case 'list':
      return `Waits in the list of ${rest.group} (node "${rest.node}")`;
    case 'wait':
      if (state.snooze) return `Snoozed by ${state.snooze.by} (node "${rest.node}")`;
      return `Waits for ${rest.for.join(', ') || 'the time to pass'} (node "${rest.node}")${behind(state)}`;
    case 'parked':
      return `Parked for a supervisor: ${rest.reason}`;
  }
}

function behind(state: EnquiryState): string {
  const { assignee, group, awaiting } = state;
  if (assignee !== null) return `; with ${assignee}, it is the ${awaiting}'s turn`;
  if (state.onReply) return `; with nobody, ${state.onReply} is rung when the contact writes`;
  return group === null ? '; with nobody' : `; missed, in the list of ${group}`;
}
