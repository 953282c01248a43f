/** What two enquiries must be like to become one, and a message to go from one to another. */
import type { Enquiry } from '../store/enquiries';
import { shortDigest } from '../store/short-digest';
import { mustServe } from './act-guards';
import { ApiError, notFound } from './api-error';
import type { Caller } from './caller';
import { mustStandAlone } from './merged';
import type { ApiPorts } from './ports';

type StorePort = Pick<ApiPorts, 'store'>;

/** Of two enquiries the one that was opened first takes the other in, whichever was named first. */
export const elderFirst = (one: Enquiry, other: Enquiry): [elder: Enquiry, younger: Enquiry] => {
  const difference = one.openedAt.getTime() - other.openedAt.getTime() || one.number - other.number;
  return difference < 0 ? [one, other] : [other, one];
};

/** Throws why these two cannot become one; `confirm`: the caller knows that they have different contacts. */
export const mustFit = async (
  ports: ApiPorts,
  caller: Caller,
  { elder, younger, confirm }: { elder: Enquiry; younger: Enquiry; confirm: boolean },
): Promise<void> => {
  mustStandAlone(elder);
  mustShareChannel(elder, younger);
  for (const { number, state } of [elder, younger]) {
    if (!state?.spam) continue;
    throw new ApiError('not-possible-now', `Enquiry ${number} is spam. Say first that it is none, then merge.`);
  }
  if (younger.assignee !== null) await mustServe(ports, caller, younger);
  if (confirm || (await isOfContact(ports, younger.contact, elder))) return;
  throw new ApiError(
    'other-contact',
    `Enquiries ${elder.number} and ${younger.number} are of different contacts. An answer in enquiry ${elder.number} could go to the wrong one of them; it quotes to each only mails he took part in. Send "confirm": true to merge all the same.`,
  );
};

const mustShareChannel = (one: Enquiry, other: Enquiry): void => {
  if (one.channel === other.channel) return;
  const sentence = `Enquiry ${one.number} came to "${one.channel}", enquiry ${other.number} to "${other.channel}": answers leave from the address the contact wrote to, so they stay two. Write a note in each that names the other.`;
  throw new ApiError('other-channel', sentence);
};

/** Whether a contact is that of an enquiry, under whichever of his addresses. */
export async function isOfContact({ store }: StorePort, contact: string | null, { contact: other }: Enquiry) {
  if (contact === null || other === null) return contact === other;
  return store.contacts.links.same(contact, other);
}

/** Where a message that is split off goes: one id for one message, so that a repeat meets what it made. */
export const splitIdOf = (message: string): string => `e${shortDigest(`split|${message}`)}`;

/** Throws why this message cannot leave its enquiry. */
export const mayLeave = async (
  ports: ApiPorts,
  caller: Caller,
  { from, message }: { from: Enquiry; message: string },
): Promise<void> => {
  const gone = from.moved?.findLast((each) => each.message === message);
  const stands = from.mail.find((each) => each.message === message);
  if (!stands && gone) {
    const { to, number } = gone;
    throw new ApiError('message-stays', `The message is in enquiry ${number} already: /v1/enquiries/${to}.`, { to });
  }
  if (!stands) throw notFound('message of this enquiry', message);
  if (from.assignee !== null) await mustServe(ports, caller, from);
  if (stands.direction !== 'in' || stands.side !== undefined) throw new ApiError('message-stays');
  const letters = from.mail.filter(({ direction, side }) => direction === 'in' && side === undefined);
  if (letters.length > 1 || from.writtenBy) return;
  throw new ApiError('message-stays', 'It is the only mail of this enquiry. Merge the two enquiries instead.');
};

/** Throws why an enquiry cannot be split off for this message. */
export const maySplit = async ({ store }: StorePort, message: string): Promise<void> => {
  const before = await store.enquiries.get(splitIdOf(message));
  if (!before || before.mail.some((each) => each.message === message)) return;
  const { _id: to, number } = before;
  const sentence = `This message was split off once already, as enquiry ${number}. Move it there.`;
  throw new ApiError('message-stays', sentence, { to });
};

/** Throws why an enquiry takes no message of another. */
export const mayTake = async (
  ports: ApiPorts,
  { from, to, message, confirm }: { from: Enquiry; to: Enquiry; message: string; confirm: boolean },
): Promise<void> => {
  if (from._id === to._id) throw new ApiError('same-enquiry');
  mustStandAlone(to);
  mustShareChannel(to, from);
  if (to.closedAt !== null) {
    throw new ApiError('enquiry-closed', `Enquiry ${to.number} is closed. Open it again, then move the message.`);
  }
  const contact = (await ports.store.messages.get(message))?.contact ?? null;
  if (confirm || (await isOfContact(ports, contact, to))) return;
  throw new ApiError(
    'other-contact',
    `The sender of the message is not the contact of enquiry ${to.number}. Send "confirm": true to move it all the same.`,
  );
};
