import { NEVER, type EnquiryState, type Instant, type Rest } from './state';

/** The moment the driver must send `clock`; null when nothing but people and mail can move the enquiry. */
export function nextDeadline(state: EnquiryState): Instant | null {
  if (state.asking || !state.rest || state.rest.kind === 'parked') return null;
  const end = state.rest.kind === 'ring' ? state.rest.offer.until : state.rest.until;
  const until = state.rest.kind === 'wait' ? Math.min(end, state.lookAgainAt ?? NEVER) : end;
  return until >= NEVER ? null : until;
}

/** What an enquiry rests on, in one sentence for ops; nothing personal. */
export function describeRest(state: EnquiryState): string {
  if (state.status === 'closed') return `Closed: ${state.ending ?? 'no reason given'}.`;
  if (state.asking) return `Waits for the answer of ${state.asking.about} (node "${state.asking.node ?? ''}").`;
  if (!state.rest) return 'On its way.';
  const until = nextDeadline(state);
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
      return `Waits for ${rest.for.join(', ') || 'the time to pass'} (node "${rest.node}")${behind(state)}`;
    case 'parked':
      return `Parked for a supervisor: ${rest.reason}`;
  }
}

function behind({ assignee, group, awaiting }: EnquiryState): string {
  if (assignee !== null) return `; with ${assignee}, it is the ${awaiting}'s turn`;
  return group === null ? '; with nobody' : `; missed, in the list of ${group}`;
}
