import { tellStaff } from '../../activities/notices/tell-staff';
import type { Enquiry, PinnedFlow } from '../../store/enquiries';
import type { Settlement } from '../../store/ledger';
import type { Message } from '../../store/messages';
import type { Arrival } from './arrival';
import type { Joining } from './closed-thread';
import type { JudgePorts } from './judge-ports';
import { keepMessage, type Placement } from './kept-message';
import { bringKeysTo, type MailKeys } from './mail-keys';
import { passedOn, type PassedOn } from './passed-on';
import type { Thread } from './thread';

/** A mail on its way to its enquiry. */
interface Placing {
  arrival: Arrival;
  keys: MailKeys;
  warnings: string[];
  links: string[];
  thread: Thread;
  /** Note that goes with the mail; absent: none. */
  note?: string | null;
}

/** Opens the enquiry of a mail and starts its run. */
export async function startEnquiry(ports: JudgePorts, placing: Placing & { flow: PinnedFlow }): Promise<Settlement> {
  const passed = await passedOn(ports, placing.arrival);
  const { arrival } = passed ?? placing;
  const whole = { ...placing, arrival, warnings: [...(passed?.warnings ?? []), ...placing.warnings] };
  const where = { enquiry: arrival.ownEnquiry, participant: true, forwardedBy: passed?.by ?? null };
  const message = await keep(ports, whole, where);
  const note = passed && passed.note !== '' ? await keepNote(ports, message, passed) : null;
  return placeAt(ports, { ...whole, note }, message, placing.flow);
}

/** Adds a mail to an enquiry and tells its run; a closed one that takes no more mail sends its one notice. */
export async function joinEnquiry(
  ports: JudgePorts,
  placing: Placing & { thread: Extract<Thread, { joins: Enquiry }>; joining: Exclude<Joining, { kind: 'new' }> },
): Promise<Settlement> {
  const { thread, joining } = placing;
  const { participant, ours, side } = thread;
  const message = await keep(ports, placing, {
    enquiry: joining.enquiry._id,
    participant,
    side,
    // Only who has had our mail can name its id: the address is good, or somebody answers for the contact.
    verified: ours && participant,
    answersFor: ours && !participant && side === null ? thread.joins.contact : null,
  });
  const settlement = await placeAt(ports, placing, message, joining.enquiry.flow);
  if (settlement.verdict !== 'joined') return settlement;
  if (side !== null && !message.automatic) await tellAssignee(ports, joining.enquiry, message);
  return joining.kind === 'refuse'
    ? { ...settlement, verdict: 'refused', reason: 'thread closed' }
    : { ...settlement, reason: `by ${thread.step}` };
}

/** Whoever has, or had, the enquiry hears that somebody outside answered him; no flow does. */
async function tellAssignee({ store }: JudgePorts, joined: Enquiry, { _id, enquiry, channel, at }: Message) {
  const into = joined.state?.merged?.into;
  const { assignee } = (into === undefined ? null : await store.enquiries.get(into)) ?? joined;
  if (assignee === null) return;
  const text = 'Somebody outside answered you in a side thread. The contact does not see it.';
  await tellStaff({ store }, [assignee], { id: `side:${_id}`, at, sort: 'side-answer', text, enquiry, channel });
}

/** What a colleague wrote above the mail he passed on is for colleagues only. */
async function keepNote({ store }: JudgePorts, message: Message, { by, note: text }: PassedOn): Promise<string> {
  const { _id: of, enquiry, channel, at } = message;
  const _id = `${of}:note`;
  await store.messages.insertNote({ _id, enquiry, channel, author: by.user, text, at });
  return _id;
}

async function keep(
  ports: JudgePorts,
  { arrival, warnings }: Placing,
  where: Omit<Placement, 'origin' | 'warnings'>,
): Promise<Message> {
  return keepMessage(ports, arrival, { ...where, origin: await ports.origin, warnings });
}

/** The message stands at one enquiry, whatever other runs of this delivery found: that one gets the mail. */
async function placeAt(
  ports: JudgePorts,
  { arrival, keys, links, thread, warnings, note = null }: Placing,
  message: Message,
  flow: PinnedFlow,
): Promise<Settlement> {
  const { store } = ports;
  const enquiry = message.enquiry ?? arrival.ownEnquiry;
  const starts = enquiry === arrival.ownEnquiry;
  await bringKeysTo(ports, arrival, keys, enquiry);
  if (starts) {
    const opened = await open(ports, arrival, message, { flow, links, note });
    if (message.facts) await ports.startEnquiry(enquiry, { enquiry: opened, first: message.facts });
  } else {
    const side = message.side ? { side: message.side } : {};
    await store.enquiries.addMail(enquiry, { message: message._id, at: message.at, direction: 'in', ...side });
  }
  for (const other of links) if (other !== enquiry) await store.enquiries.link(enquiry, other);
  if (!starts && message.facts) await ports.mailJoined(enquiry, message.facts);
  // The thread has gone on elsewhere: the next mail that names this id finds it without following.
  if (thread.joins && thread.key && thread.joins._id !== enquiry) {
    await store.threadKeys.move(thread.key._id, thread.joins._id, enquiry);
  }
  return {
    verdict: starts ? 'started' : 'joined',
    reason: warnings[0] ?? null,
    enquiry,
    message: message._id,
  };
}

async function open(
  { store }: JudgePorts,
  { entry, channel, mail, ownEnquiry }: Arrival,
  message: Message,
  { flow, links, note }: { flow: PinnedFlow; links: string[]; note: string | null },
): Promise<Enquiry> {
  const { enquiry } = await store.enquiries.create(
    {
      _id: ownEnquiry,
      number: await store.counters.next('enquiry'),
      channel: channel._id,
      flow,
      contact: message.contact,
      subject: mail.subject,
      mail: [
        { message: message._id, at: message.at, direction: 'in' },
        ...(note === null ? [] : [{ message: note, at: message.at, direction: 'note' as const }]),
      ],
      links,
      by: entry._id,
      openedAt: entry.receivedAt,
    },
    // Its first record lists it; or the ledger, before the entry of this delivery leaves the unsettled.
    { later: true },
  );
  const shadow = channel.flow?.id === flow.id ? channel.flow.shadow : null;
  if (shadow && shadow.revision !== flow.revision) {
    const { _id, number, openedAt } = enquiry;
    const played = { enquiry: _id, number, channel: channel._id, flow: flow.id, live: flow.revision, openedAt };
    await store.shadowRuns.add({ ...played, shadow: shadow.revision });
  }
  return enquiry;
}
