import type { DeliveryFailure, FlowEvent } from '../state';
import { emit, tell, type Run, type Turn } from './run';
import { endSnooze, setAwaiting } from './slots';
import { happened } from './wait-events';

/**
 * A mail of ours did not arrive. What a person wrote is the agent's turn again, or asks for somebody where nobody has the
 * enquiry; what the flow wrote changes no course. A closed enquiry stays closed. Either way it needs attention until
 * somebody has looked after it.
 */
export function deliveryFailed(run: Run, event: Extract<FlowEvent, { type: 'delivery-failed' }>): Turn | null {
  const { state } = run;
  const { outboxId: mail, how: why = 'failed', automatic = false } = event;
  if (state.merged) {
    const failed = { outboxId: mail, how: why, automatic };
    tell(run, {
      kind: 'delivery',
      what: 'A mail did not arrive; the enquiry it was merged into hears of it.',
      detail: { outbox: mail, why },
    });
    emit(run, { do: 'carryOn', into: state.merged.into, failed }, null);
    return null;
  }
  const heeded = !automatic && state.status !== 'closed';
  const turned = (heeded && state.awaiting === 'contact') || (state.attention?.turned ?? false);
  state.attention = { why, mail, automatic, since: run.at, turned };
  const what = `${automatic ? 'An automatic mail' : 'A mail'} ${WHY[why]}${consequence(run, heeded)}.`;
  tell(run, { kind: 'delivery', what, detail: { outbox: mail, why } });
  if (!heeded) return null;
  endSnooze(run);
  setAwaiting(run, 'agent');
  return state.asking ? null : happened(run, 'delivery-failed');
}

const WHY: Record<DeliveryFailure, string> = {
  failed: 'could not be delivered',
  uncertain: 'was handed over, and the line broke before it was confirmed',
  bounced: 'did not arrive, as a delivery report says',
};

function consequence({ state }: Run, heeded: boolean): string {
  if (state.status === 'closed') return '; the enquiry stays closed and needs attention';
  if (!heeded) return '; it rings nobody';
  return state.assignee === null ? '; somebody has to look after it' : '; it is the turn of the agent who has it';
}
