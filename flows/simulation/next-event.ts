import { NEVER, type EnquiryState, type FlowEvent, type MessageFacts } from '../state';
import { durationMs } from '../duration';
import { slaDeadline } from '../engine/sla';
import { restDeadline } from '../rest';
import type { Line } from './scenario';

/** The event a line of the scenario stands for at this rest, or why it can be none. */
export type NextEvent = { event: FlowEvent } | { missing: string };

/** Words under which an agreed time is nearly over, or over. */
const SLA_WORDS: readonly string[] = ['sla-warned', 'sla-breached'];

/**
 * An agreed time is nearly over, or over, before what the line stands for: that happens first, and does not use the line
 * up unless it is what the line says.
 */
export function slaBefore(line: Line, state: EnquiryState, now: number): { event: FlowEvent; uses: boolean } | null {
  const due = slaDeadline(state);
  if (due === null || !state.rest) return null;
  const event: FlowEvent = { type: 'clock', at: due };
  if (SLA_WORDS.includes(line.word)) return { event, uses: line.word === `sla-${soundsAt(state, due)}` };
  const passes = TIME_PASSES[state.rest.kind]?.includes(line.word) ?? false;
  const at = passes ? (restDeadline(state) ?? NEVER) : now + (line.afterMs ?? 0);
  return due <= at && due < NEVER ? { event, uses: false } : null;
}

function soundsAt({ sla = {} }: EnquiryState, at: number): 'warned' | 'breached' {
  return Object.values(sla).some(({ state, dueAt }) => state === 'running' && dueAt <= at) ? 'breached' : 'warned';
}

/** Turns a line into an event. `number` makes ids unique; `now` is the moment of the last event. */
export function nextEvent(line: Line, state: EnquiryState, now: number, number: number): NextEvent {
  const at = now + (line.afterMs ?? 0);
  const deadline = restDeadline(state) ?? NEVER;
  const { rest, snooze } = state;
  if (!rest) return whenClosed(line, state, now, number);
  if (line.word === 'snooze-ended') {
    if (!snooze) return { missing: `"${line.text}": it is not snoozed; say "snoozed to 3d" before` };
    return { event: { type: 'clock', at: snooze.until } };
  }
  if (snooze && line.word === 'timeout') return { missing: `"${line.text}": while it is snoozed no time runs out` };
  if (TIME_PASSES[rest.kind]?.includes(line.word)) {
    return deadline === NEVER
      ? { missing: `"${line.text}": this rest has no end${rest.kind === 'list' ? LIST_ENDS : ''}` }
      : { event: { type: 'clock', at: deadline } };
  }
  if (at > deadline) return { missing: `"${line.text}" comes after the rest at "${rest.node ?? ''}" is over` };
  const person = { at, act: `act-${number}`, agent: line.by ?? state.assignee ?? 'agent-1' };
  if (rest.kind === 'ring') {
    const agent = line.by ?? rest.offer.agents[0] ?? '';
    const offer = rest.offer.id;
    if (line.word === 'accepted') return { event: { ...person, agent, type: 'accept', offer } };
    if (line.word === 'declined') return { event: { ...person, agent, type: 'decline', offer } };
    if (line.word === 'gone') return { event: { type: 'agent-gone', at, agent, cause: 'simulated' } };
  }
  if (rest.kind === 'line' && line.word === 'matched') {
    const agent = line.by ?? `agent-${state.asked.length + 1}`;
    const until = at + (state.ringing?.ringMs ?? 0);
    return { event: { type: 'matched', at, agent, offer: `line-${number}`, until, decision: 'simulated' } };
  }
  return anywhere(line, state, person, number);
}

/** To an enquiry that is closed only mail comes; what that does says `closedReply`. */
function whenClosed(line: Line, state: EnquiryState, now: number, number: number): NextEvent {
  const isMail = line.word === 'customer-replied' || line.word === 'automatic-mail';
  if (!isMail)
    return { missing: `"${line.text}" cannot happen at "${state.node ?? ''}": only mail comes to what is closed` };
  return anywhere(line, state, { at: now + (line.afterMs ?? 0), act: '', agent: '' }, number);
}

const LIST_ENDS = '; a list waits until an agent takes the enquiry, or for the "queueTimeout" of the node';

/** Words under which only time passes, by rest. */
const TIME_PASSES: Record<string, string[]> = {
  ring: ['missed', 'timeout'],
  line: ['unavailable', 'timeout', 'failed'],
  list: ['unavailable', 'timeout'],
  wait: ['timeout'],
};

function anywhere(
  line: Line,
  state: EnquiryState,
  person: { at: number; act: string; agent: string },
  number: number,
): NextEvent {
  const { at } = person;
  switch (line.word) {
    case 'taken':
    case 'accepted':
      return { event: { ...person, type: 'take' } };
    case 'agent-closed':
    case 'closed':
      return { event: { ...person, type: 'close', notify: true } };
    case 'agent-replied':
      return { event: { ...person, type: 'reply', draft: `draft-${number}`, digest: 'simulated' } };
    case 'transfer-requested':
      return { event: { ...person, type: 'transfer', to: line.to === null ? { group: 'other' } : { group: line.to } } };
    case 'tag-added':
      return { event: { ...person, type: 'tag', add: [line.to ?? 'tag'], remove: [] } };
    case 'supervisor-resumed':
      return { event: { ...person, type: 'resume', node: line.to ?? state.node ?? '', mailAgain: true } };
    case 'snoozed':
      return snoozed(line, person);
    case 'released':
      return { event: { ...person, type: 'release' } };
    case 'customer-replied':
      return { event: { type: 'mail', at, message: { ...reply(state.message), id: `message-${number}` } } };
    case 'automatic-mail':
      return {
        event: {
          type: 'mail',
          at,
          message: { ...reply(state.message), id: `message-${number}`, automatic: true, kind: 'automatic' },
        },
      };
    case 'agent-unavailable':
      return { event: { type: 'agent-gone', at, agent: person.agent, cause: 'simulated' } };
    case 'delivery-failed':
      return { event: { type: 'delivery-failed', at, outboxId: `outbox-${number}` } };
    default:
      return { missing: `"${line.text}" cannot happen at "${state.rest?.node ?? ''}"` };
  }
}

function snoozed({ text, to }: Line, person: { at: number; act: string; agent: string }): NextEvent {
  const lasts = to === null ? DAY_MS : durationMs(to);
  if (lasts === null) return { missing: `"${text}": "${to ?? ''}" is no time such as "3d"` };
  return { event: { ...person, type: 'snooze', until: person.at + lasts } };
}

const DAY_MS = 86_400_000;

function reply(message: MessageFacts): MessageFacts {
  return { ...message, automatic: false, kind: 'person', participant: true };
}
