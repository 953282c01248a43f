import type { WaitEvent } from '../flow';
import type { WaitRest } from '../state';
import { resolveDuration } from '../setting-values';
import { nodeOf, type Run, type Turn } from './run';

/**
 * Something happened that a `wait` may name: it ends the wait, starts its time again, or changes nothing.
 * While a handover rings, the wait behind it keeps its time and remembers what it named.
 */
export function happened(run: Run, event: WaitEvent): Turn | null {
  const { state } = run;
  if (state.rest?.kind === 'wait') {
    if (state.rest.for.includes(event)) return { turn: 'outcome', outcome: event, what: WHAT[event] };
    state.rest = restarted(run, state.rest, event);
  } else if (state.ringing?.back) {
    const { back, happened: before } = state.ringing;
    const named = back.for.includes(event) ? [...before, event] : before;
    state.ringing = { ...state.ringing, back: restarted(run, back, event), happened: named };
  }
  return null;
}

/** The wait the course stands at, be it behind a handover. */
export function waitHere({ state }: Run): WaitRest | null {
  return state.rest?.kind === 'wait' ? state.rest : (state.ringing?.back ?? null);
}

function restarted(run: Run, rest: WaitRest, event: WaitEvent): WaitRest {
  const node = nodeOf(run.flow, rest.node);
  if (node?.type !== 'wait' || !node.restartOn?.includes(event)) return rest;
  return {
    ...rest,
    since: run.at,
    until: run.at + resolveDuration(run.flow, run.settings, node.timeout, rest.until - rest.since),
  };
}

const WHAT: Record<WaitEvent, string> = {
  'agent-closed': 'An agent closed it.',
  'transfer-requested': 'An agent asked for a transfer.',
  'customer-replied': 'The contact wrote.',
  'agent-replied': 'The agent answered.',
  'delivery-failed': 'A mail could not be delivered.',
  'tag-added': 'A tag was added.',
  'agent-unavailable': 'The agent who has it is gone.',
  'supervisor-resumed': 'A supervisor let it go on.',
  'sla-warned': 'An agreed time is nearly over.',
  'sla-breached': 'An agreed time is over.',
  'snooze-ended': 'The snooze is over.',
};
