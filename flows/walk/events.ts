import type { Flow } from '../flow';
import { nextDeadline } from '../rest';
import type { EnquiryState, FlowEvent, MessageFacts } from '../state';

/** The mail a walk begins with; conditions about it are open, so it only has to be a person's. */
export const WALKED_MAIL: MessageFacts = {
  id: 'message-1',
  kind: 'person',
  automatic: false,
  fromDomain: 'example.org',
  language: 'en',
  attachmentCount: 0,
  size: 1000,
  spf: 'pass',
  dkim: 'pass',
  dmarc: 'pass',
  participant: true,
};

/** Everything that may happen to an enquiry that rests, or is closed and may be opened again. */
export function eventsAt(flow: Flow, state: EnquiryState): FlowEvent[] {
  const at = state.changedAt + 1000;
  const mail: FlowEvent = { type: 'mail', at, message: WALKED_MAIL };
  if (state.status === 'closed') return typeof flow.closedReply === 'object' && state.reopened < 1 ? [mail] : [];
  if (!state.rest) return [];
  const agent = state.assignee ?? 'agent-1';
  const person = { at, act: 'act', agent };
  // A supervisor may let it go on where it stopped; what stops there again is the same place once more.
  if (state.rest.kind === 'parked') return [{ ...person, type: 'resume', node: state.node ?? '', mailAgain: true }];
  const deadline = nextDeadline(state);
  return [
    ...(deadline === null ? [] : [{ type: 'clock' as const, at: deadline }]),
    mail,
    ...atOffer(state, at),
    ...(state.assignee === null ? [{ ...person, type: 'take' as const }] : held(state, person)),
    { ...person, type: 'close', notify: true },
    { type: 'delivery-failed', at, outboxId: 'outbox' },
    { ...person, type: 'tag', add: ['walked'], remove: [] },
    { ...person, type: 'resume', node: state.node ?? '' },
  ];
}

function atOffer({ rest, ringing }: EnquiryState, at: number): FlowEvent[] {
  if (rest?.kind === 'ring') {
    const [agent = ''] = rest.offer.agents;
    const person = { at, act: 'act', agent, offer: rest.offer.id };
    return [
      { ...person, type: 'accept' },
      { ...person, type: 'decline' },
    ];
  }
  if (rest?.kind !== 'line') return [];
  const until = at + (ringing?.ringMs ?? 0);
  return [{ type: 'matched', at, agent: 'matched', offer: 'line-offer', until, decision: 'walk' }];
}

function held(state: EnquiryState, person: { at: number; act: string; agent: string }): FlowEvent[] {
  const { assignee, rest, snooze } = state;
  const heeds = rest?.kind === 'wait' && rest.for.includes('snooze-ended');
  // Where no wait heeds its end, a snooze only makes time stand still.
  const snoozed: FlowEvent[] = heeds && !snooze ? [{ ...person, type: 'snooze', until: person.at + 1000 }] : [];
  return [
    ...snoozed,
    { ...person, type: 'reply', draft: 'draft', digest: 'digest' },
    { ...person, type: 'transfer', to: { group: 'elsewhere' } },
    { type: 'agent-gone', at: person.at, agent: assignee ?? '', cause: 'walk' },
  ];
}
