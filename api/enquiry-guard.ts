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
  if (!enquiry || !maySeeEnquiry(caller, enquiry)) throw notFound('enquiry', id);
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
  return found !== null && maySeeEnquiry(caller, found);
};

/** Of these things, those that belong to an enquiry the caller may see, or to none on an address he may see. */
export const onlySeen = async <T extends { enquiry: string | null; channel: string }>(
  { store }: StorePort,
  caller: Caller,
  things: readonly T[],
): Promise<T[]> => {
  if (caller.role === 'admin') return [...things];
  const ids = things.flatMap(({ enquiry }) => (enquiry === null ? [] : [enquiry]));
  const found = new Map((await store.enquiries.getMany(ids)).map((each) => [each._id, each]));
  return things.filter(({ enquiry, channel }) => {
    if (enquiry === null) return maySeeChannelMail(caller, channel);
    const its = found.get(enquiry);
    return its !== undefined && maySeeEnquiry(caller, its);
  });
};
