/** All activities, made from one object of ports. One file per act, grouped by what they touch. */
import type { ClockActivities, EffectActivities, LineActivities, MailActivities, RunActivities } from './effects';
import type { Ports } from './ports';
import { bringBack, bringOver } from './enquiry/bring-over';
import { callWebhook } from './enquiry/call-webhook';
import { carryOn } from './enquiry/carry-on';
import { checkBlocklist } from './enquiry/check-blocklist';
import { bindEngagement } from './enquiry/bind-engagement';
import { evaluateConditions } from './enquiry/evaluate-conditions';
import { findEngaged } from './enquiry/find-engaged';
import { keepNote } from './enquiry/keep-note';
import { load } from './enquiry/load';
import { lookAtCalendars } from './enquiry/look-at-calendars';
import { partMessage } from './enquiry/part-message';
import { record } from './enquiry/record';
import { turnAwayMail } from './enquiry/turn-away-mail';
import { tellEvents } from './events/tell-events';
import { deliver } from './mail/deliver';
import { discardMail } from './mail/discard-mail';
import { forwardMail } from './mail/forward-mail';
import { queueMail } from './mail/queue-mail';
import { queueReply } from './mail/queue-reply';
import { takeBackMail } from './mail/take-back-mail';
import { watchMailbox } from './mail/watch-mailbox';
import { notifyStaff } from './notices/notify-staff';
import { endOffer } from './routing/end-offer';
import { enterLine, leaveLine } from './routing/line-entry';
import { matchLine } from './routing/match-line';
import { offerToAll } from './routing/offer-to-all';
import { reserveAgent } from './routing/reserve-agent';
import { reserveFor } from './routing/reserve-for';
import { holdSlot, releaseSlot } from './routing/slots';
import { keepTime } from './upkeep/keep-time';

/** Every activity a worker may be asked for. */
export type AllActivities = EffectActivities & RunActivities & LineActivities & MailActivities & ClockActivities;

/** Makes the activities; a name missing here does not compile. */
export function createActivities(ports: Ports): AllActivities {
  const readInbound = ports.store.messages.getInbound;
  return {
    load: load(ports),
    record: record(ports),
    checkBlocklist: checkBlocklist(ports, readInbound),
    evaluateConditions: evaluateConditions(ports, readInbound),
    callWebhook: callWebhook(ports, readInbound),
    lookAtCalendars: lookAtCalendars(ports),
    findEngaged: findEngaged(ports),
    bindEngagement: bindEngagement(ports),
    keepNote: keepNote(ports, readInbound),
    notifyStaff: notifyStaff(ports, readInbound),
    reserveAgent: reserveAgent(ports),
    reserveFor: reserveFor(ports),
    offerToAll: offerToAll(ports),
    endOffer: endOffer(ports),
    enterLine: enterLine(ports),
    leaveLine: leaveLine(ports),
    releaseSlot: releaseSlot(ports),
    holdSlot: holdSlot(ports),
    matchLine: matchLine(ports),
    queueMail: queueMail(ports, readInbound),
    queueReply: queueReply(ports),
    discardMail: discardMail(ports),
    takeBackMail: takeBackMail(ports),
    forwardMail: forwardMail(ports, readInbound),
    turnAwayMail: turnAwayMail(ports),
    bringOver: bringOver(ports),
    bringBack: bringBack(ports),
    carryOn: carryOn(ports),
    partMessage: partMessage(ports),
    deliver: deliver(ports),
    tellEvents: tellEvents(ports),
    watchMailbox: watchMailbox(ports),
    keepTime: keepTime(ports),
  };
}
