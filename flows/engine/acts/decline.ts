import type { FlowEvent } from '../../state';
import { dropFromOffer } from '../ringing';
import { answerAct, tell, type Run, type Turn } from '../run';
import { offerOver } from './accept';

/** An agent declines the offer that rings at him; it counts as a miss and the next one is asked at once. */
export function decline(run: Run, event: Extract<FlowEvent, { type: 'decline' }>): Turn | null {
  const { rest } = run.state;
  const { agent, act } = event;
  if (rest?.kind !== 'ring' || rest.offer.id !== event.offer || !rest.offer.agents.includes(agent)) {
    const over = offerOver(run.state, agent);
    answerAct(run, act, over.ok ? { ok: false, code: 'offer-over' } : over);
    return null;
  }
  answerAct(run, act, { ok: true });
  const reason = event.reason === undefined ? {} : { reason: event.reason };
  tell(run, { kind: 'decline', what: 'An agent declined.', by: agent, detail: { offer: event.offer, ...reason } });
  return dropFromOffer(run, agent, 'declined');
}
