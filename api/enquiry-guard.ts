/** Reads enquiries and messages for a caller; what he may not see does not exist for him. */
import type { Enquiry } from '../store/enquiries';
import type { Message } from '../store/messages';
import { notFound } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { maySeeChannelMail, maySeeEnquiry } from './visibility';

type StorePort = Pick<ApiPorts, 'store'>;

/** The enquiry, if there is one and the caller may see it. */
export const seenEnquiry = async ({ store }: StorePort, caller: Caller, id: string): Promise<Enquiry> => {
  const enquiry = await store.enquiries.get(id);
  if (!enquiry || !(await reaches({ store }, caller, enquiry))) throw notFound('enquiry', id);
  return enquiry;
};

/** The message, if the caller may see its enquiry, or its address when it belongs to none. */
export const seenMessage = async (ports: StorePort, caller: Caller, id: string): Promise<Message> => {
  const message = await ports.store.messages.get(id);
  if (!message) throw notFound('message', id);
  const seen =
    message.enquiry === null
      ? maySeeChannelMail(caller, message.channel)
      : await maySee(ports, caller, message.enquiry);
  if (!seen) throw notFound('message', id);
  return message;
};

/** Whether the caller may see an enquiry by its id. */
export const maySee = async ({ store }: StorePort, caller: Caller, enquiry: string): Promise<boolean> => {
  const found = await store.enquiries.get(enquiry);
  return found !== null && reaches({ store }, caller, found);
};

/** Whether the caller may see it: who sees an enquiry sees what was merged into it. */
export async function reaches({ store }: StorePort, caller: Caller, enquiry: Enquiry): Promise<boolean> {
  if (maySeeEnquiry(caller, enquiry)) return true;
  const into = enquiry.state?.merged?.into;
  return into !== undefined && maySee({ store }, caller, into);
}

/** Of these enquiries, those the caller may see. */
export async function onlyReached(ports: StorePort, caller: Caller, enquiries: readonly Enquiry[]): Promise<Enquiry[]> {
  const reached: Enquiry[] = [];
  for (const each of enquiries) if (await reaches(ports, caller, each)) reached.push(each);
  return reached;
}

/** Of these things, those that belong to an enquiry the caller may see, or to none on an address he may see. */
export const onlySeen = async <T extends { enquiry: string | null; channel: string }>(
  { store }: StorePort,
  caller: Caller,
  things: readonly T[],
): Promise<T[]> => {
  if (caller.role === 'admin') return [...things];
  const ids = things.flatMap(({ enquiry }) => (enquiry === null ? [] : [enquiry]));
  const enquiries = await store.enquiries.getMany([...new Set(ids)]);
  const seen = new Set((await onlyReached({ store }, caller, enquiries)).map(({ _id }) => _id));
  return things.filter(({ enquiry, channel }) =>
    enquiry === null ? maySeeChannelMail(caller, channel) : seen.has(enquiry),
  );
};
