import { ENGINE, type EnquiryState, type FlowEvent, type MessageFacts } from '../state';
import type { Flow } from '../flow';
import { openVariables } from '../personal';

/** What a flow reads of a mail that is not there: nothing. */
export const NO_MESSAGE: MessageFacts = {
  id: '',
  kind: 'person',
  automatic: false,
  fromDomain: '',
  language: '',
  attachmentCount: 0,
  size: 0,
  spf: 'none',
  dkim: 'none',
  dmarc: 'none',
  participant: false,
};

/** The state of an enquiry before its first node. Of an event other than `start` it knows neither id nor mail. */
export function blankState(flow: Flow, event: FlowEvent): EnquiryState {
  const start = event.type === 'start' ? event : null;
  const message = start?.message ?? NO_MESSAGE;
  return {
    engine: ENGINE,
    enquiryId: start?.enquiryId ?? '',
    channelId: start?.channelId ?? '',
    seq: 0,
    status: 'waiting',
    awaiting: 'agent',
    node: null,
    rest: null,
    asking: null,
    pending: null,
    assignee: null,
    assignedAt: null,
    slot: null,
    bound: false,
    lookAgainAt: null,
    ringing: null,
    group: null,
    routed: null,
    requested: null,
    tags: [],
    priority: 0,
    disposition: null,
    vars: Object.fromEntries(openVariables(flow).map(([name, { default: value }]) => [name, value])),
    visits: {},
    asked: [],
    missedBy: [],
    message,
    newest: message,
    answerTo: message.id,
    messages: start ? 1 : 0,
    reopened: 0,
    burst: 0,
    steps: 0,
    failing: false,
    autoReplies: 0,
    closing: null,
    refusalSent: false,
    attention: null,
    onReply: null,
    missed: null,
    ending: null,
    closedAt: null,
    startedAt: event.at,
    changedAt: event.at,
    awaitingSince: event.at,
  };
}
