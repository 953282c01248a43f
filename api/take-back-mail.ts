import type { OutboxEntry } from '../store/outbox';
import { unsendUpdate } from '../workflows/messages';
import { ApiError } from './api-error';
import { createEnquiryActs, type ActReply } from './enquiry-acts';
import type { Call } from './http/route';
import type { ApiPorts } from './ports';
import { nameAct } from './wanted-act';

/** Whether a person wrote a mail, so that there is a draft it can go back to. */
export const isWritten = ({ kind }: Pick<OutboxEntry, 'kind'>): boolean => kind === 'reply' || kind === 'side';

/**
 * Takes an answer back before it leaves, by its enquiry's run: its text is in its author's draft again, and the turn is what
 * it was before. Of a closed enquiry the store is enough. Throws `mail-left`, and `wrong-state` for a mail of no enquiry.
 */
export async function takeBackMail(
  ports: ApiPorts,
  { caller, key }: Pick<Call, 'caller' | 'key'>,
  mail: OutboxEntry,
): Promise<ActReply> {
  const { store, now } = ports;
  const enquiry = mail.enquiry === null ? null : await store.enquiries.get(mail.enquiry);
  if (!enquiry) throw new ApiError('wrong-state', 'This mail belongs to no enquiry.', { state: mail.state });
  const wanted = nameAct({ caller, enquiry, kind: 'unsend', key }, { mail: mail._id });
  return createEnquiryActs(ports).perform(wanted, {
    update: unsendUpdate,
    input: async () => ({ mail: mail._id }),
    whenClosed: async () => {
      if (!(await store.takeBack(mail._id, caller.id, now()))) return { ok: false, code: 'mail-left' };
      const into = enquiry.state?.merged?.into;
      // Its text is where its author goes on.
      if (into !== undefined) await store.bringDrafts(enquiry._id, into, now());
      store.hints.tell({ about: 'enquiry', id: enquiry._id, channel: enquiry.channel });
      return { ok: true, detail: { outbox: mail._id } };
    },
  });
}
