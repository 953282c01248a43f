import { ApplicationFailure } from '@temporalio/common';
import type { Enquiry, LoadedEnquiry } from '../../store/enquiries';
import type { Message } from '../../store/messages';
import type { EffectActivities, EffectCall } from '../effects';
import type { Ports } from '../ports';
import { newestOf } from './bring-over';

type PartPorts = Pick<Ports, 'store' | 'workflows' | 'now'>;
type Effect = EffectCall<'partMessage'>['effect'];

/**
 * Brings a message to another enquiry, or to one that is made for it, and its thread with it: who names its id from now on
 * writes there. Every write may be made again, so whoever breaks off goes on.
 */
export const partMessage =
  (ports: PartPorts): EffectActivities['partMessage'] =>
  async ({ enquiryId, effect }) => {
    const { store, workflows, now } = ports;
    const { message: id, to, by } = effect;
    const [from, message] = await Promise.all([store.enquiries.load(enquiryId), store.messages.get(id)]);
    const reference = from?.mail.find((each) => each.message === id);
    const before = from?.moved?.some((each) => each.message === id && each.to === to) ?? false;
    if (!from || !message?.facts || (!reference && !before)) throw gone(id);
    const target = effect.fresh ? await split(ports, from, message, effect) : await destination(ports, effect);
    if (!effect.fresh) await store.enquiries.addMail(to, { message: id, at: message.at, direction: 'in' });
    await store.messages.moveTo(id, to);
    const holders = [from._id, reference?.of, message.enquiry].filter((each) => each !== undefined && each !== null);
    if (message.messageId !== null) await store.threadKeys.moveMail(message.channel, message.messageId, holders, to);
    const moved = { message: id, to, number: target.number, by, at: now() };
    await store.enquiries.partWith(from._id, id, moved);
    // It had come with another that was merged: its own list names it no more either.
    if (reference?.of !== undefined) await store.enquiries.partWith(reference.of, id);
    await store.enquiries.link(from._id, to);
    if (effect.fresh) await workflows.startEnquiry(to);
    else await workflows.mailJoined(to, { ...message.facts, participant: true });
    store.hints.tell({ about: 'enquiry', id: to, channel: target.channel });
    return { parted: { to, number: target.number, newest: await newestOf({ store }, from._id) } };
  };

const gone = (id: string) => ApplicationFailure.nonRetryable(`The message ${id} is not there any more.`, 'MessageGone');

/** The open enquiry it goes to; one that has closed, or was merged, meanwhile takes it only where an earlier try brought it. */
async function destination({ store }: PartPorts, { to, message }: Effect): Promise<LoadedEnquiry> {
  const target = await store.enquiries.load(to);
  const there = target?.mail.some((each) => each.message === message) ?? false;
  if (!target || (target.closedAt !== null && !there)) {
    throw ApplicationFailure.nonRetryable(`The enquiry ${to} takes no message.`, 'EnquiryClosed');
  }
  return target;
}

/** Makes the enquiry of a message that is split off; it runs what its former one runs. */
async function split({ store }: PartPorts, from: LoadedEnquiry, message: Message, { to }: Effect): Promise<Enquiry> {
  const { _id, at, contact, subject, facts } = message;
  const by = `split:${_id}`;
  // Before it is looked whether the enquiry stands: who died after making it may have lost its contact, which is written later.
  if (message.from) {
    const { address, name } = message.from;
    await store.contacts.keepSender({ address, name, by, enquiry: to, now: at });
  }
  const stands = await store.enquiries.get(to);
  if (stands) return stands;
  const { enquiry } = await store.enquiries.create({
    _id: to,
    number: await store.counters.next('enquiry'),
    channel: from.channel,
    flow: from.flow,
    contact,
    subject,
    mail: [{ message: facts?.id ?? _id, at, direction: 'in' }],
    links: [from._id],
    by,
    splitFrom: from._id,
    openedAt: at,
  });
  return enquiry;
}
