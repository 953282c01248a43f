import type { EnquiryState, TraceEntry } from '../../flows/state';
import type { EventName, ToldEvent } from '../../store/event-webhooks';

/** An event before it is queued; `agents`: whom it concerns. */
export interface Happening {
  event: ToldEvent;
  channel: string;
  agents: readonly string[];
}

/** What a burst of an enquiry's run means to other systems; `first`: it is the run's very first. */
export function happeningsOf(
  state: EnquiryState,
  trace: readonly TraceEntry[],
  { number, first }: { number: number; first: boolean },
): Happening[] {
  const enquiry = enquiryOf(state, number);
  const has = state.assignee === null ? [] : [state.assignee];
  const made = (seq: number | string, at: number, type: EventName, data: Told, agents: readonly string[] = has) => ({
    event: { id: `${state.enquiryId}:${seq}`, type, timestamp: new Date(at).toISOString(), data: { enquiry, ...data } },
    channel: state.channelId,
    agents,
  });
  const started = first ? [made('started', state.startedAt, 'enquiry.started', message(state.message.id))] : [];
  const told = trace.flatMap((entry) => {
    // The elder enquiry, which hears of it too, tells it.
    if (entry.kind === 'delivery' && state.merged) return [];
    const meaning = meaningOf(entry);
    return meaning ? [made(entry.seq, entry.at, meaning.type, meaning.data, meaning.agents)] : [];
  });
  return [...started, ...told];
}

/** An enquiry as other systems are told of it: ids and words of ours. */
function enquiryOf(state: EnquiryState, number: number) {
  const { enquiryId: id, channelId: channel, status, awaiting, group, assignee, tags, priority, disposition } = state;
  return { id, number, channel, status, awaiting, group, assignee, tags, priority, disposition };
}

type Told = Record<string, unknown>;
const message = (id: unknown): Told => ({ message: { id } });

interface Meaning {
  type: EventName;
  data: Told;
  agents?: readonly string[];
}

function meaningOf(entry: TraceEntry): Meaning | null {
  const { kind, by, detail = {}, outcome } = entry;
  const who = by === undefined ? {} : { by };
  // However it came to be: by a mail, by a person, or because it is no spam.
  if (detail['reopened'] === true) return { type: 'enquiry.reopened', data: {} };
  switch (kind) {
    case 'offer': {
      const { offer, agents, until } = detail;
      if (!Array.isArray(agents) || typeof until !== 'number') return null;
      const data = { offer: { id: offer, agents, until: new Date(until).toISOString() } };
      return { type: 'offer.made', data, agents: agents.map(String) };
    }
    case 'accept':
    case 'take':
      return { type: 'enquiry.assigned', data: who };
    case 'tag':
      return outcome === undefined && !('added' in detail) ? null : { type: 'enquiry.tagged', data: who };
    case 'mail':
      return detail['message'] === undefined ? null : { type: 'message.received', data: message(detail['message']) };
    case 'note':
      return typeof detail['note'] === 'string'
        ? { type: 'note.added', data: { ...who, note: { id: detail['note'] } } }
        : null;
    case 'snooze':
      return snoozed(entry, who);
    case 'reopen':
      return detail['undone'] === true ? { type: 'enquiry.close-undone', data: who } : null;
    case 'unsend':
      return { type: 'message.taken-back', data: { ...who, message: { outbox: detail['outbox'] } } };
    case 'side':
      return detail['message'] === undefined
        ? null
        : { type: 'side-message.received', data: message(detail['message']) };
    case 'transfer':
      return outcome === 'failed' && typeof detail['by'] === 'string'
        ? { type: 'transfer.undone', data: { by: detail['by'] } }
        : null;
    case 'missed':
      return { type: 'enquiry.missed', data: {} };
    case 'release':
      return { type: 'enquiry.released', data: who };
    case 'delivery':
      return { type: 'message.failed', data: { message: { outbox: detail['outbox'] }, why: detail['why'] } };
    case 'sla':
      return ofAgreedTime(entry);
    case 'parked':
      return { type: 'enquiry.parked', data: {} };
    case 'merge':
      return { type: 'enquiry.merged', data: { ...who, into: { id: detail['into'], number: detail['number'] } } };
    case 'close':
      return detail['reason'] === undefined
        ? null
        : { type: 'enquiry.closed', data: { ...who, reason: detail['reason'] } };
    default:
      return null;
  }
}

/** An agreed time is nearly over, or over; that it was kept is no news. */
function ofAgreedTime({ outcome, detail = {} }: TraceEntry): Meaning | null {
  const data = { sla: detail['sla'] };
  if (outcome === 'warned') return { type: 'enquiry.sla-warned', data };
  return outcome === 'breached' ? { type: 'enquiry.sla-breached', data } : null;
}

/** Laid aside, or back again: by its agent, or because the time was over. That it went on to its group is no news of it. */
function snoozed({ detail = {} }: TraceEntry, who: Told): Meaning | null {
  const { until, from } = detail;
  if (typeof until === 'number') {
    return { type: 'enquiry.snoozed', data: { ...who, until: new Date(until).toISOString() } };
  }
  return from === undefined ? { type: 'enquiry.unsnoozed', data: who } : null;
}
