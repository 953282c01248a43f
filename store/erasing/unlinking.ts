import { idsOf, textsIn, type Access, type ErasedPerson, type Found } from './looking-for';
import { sameAddress } from './masking';

const people = ['to', 'cc', 'replyTo'] as const;

/** Takes a person's addresses and Message-IDs out of others' mails: the last thing that is done to these. */
export function unlinking({ find, change }: Pick<Access, 'find' | 'change'>) {
  async function fromRecipients({ addresses }: ErasedPerson, found: Found): Promise<void> {
    const his = sameAddress(addresses);
    const isOther = (one: { address?: string }): boolean => !his.test(one.address ?? '');
    const others = (list: unknown): unknown[] => (Array.isArray(list) ? list.filter(isOther) : []);
    const all = idsOf([...found.naming, ...found.messages]);
    const named = { _id: { $in: all }, $or: people.map((field) => ({ [`${field}.address`]: his })) };
    for (const { _id, to, cc, replyTo } of await find('messages', named, { to: 1, cc: 1, replyTo: 1 })) {
      await change('messages', { _id }, { $set: { to: others(to), cc: others(cc), replyTo: others(replyTo) } });
    }
  }

  async function fromOutbox({ addresses }: ErasedPerson, found: Found): Promise<void> {
    const his = sameAddress(addresses);
    const others = (list: unknown): unknown[] =>
      Array.isArray(list) ? list.filter((each) => !his.test(String(each))) : [];
    const named = { _id: { $in: idsOf(found.outboxNaming) } };
    const ofMail = { envelope: 1, acceptedRecipients: 1 } as const;
    for (const { _id, envelope, acceptedRecipients } of await find('outbox', named, ofMail)) {
      const { to } = (envelope ?? {}) as { to?: unknown };
      const left = { 'envelope.to': others(to), acceptedRecipients: others(acceptedRecipients) };
      await change('outbox', { _id }, { $set: { ...left, blob: '', answers: [], reports: [], bounced: null } });
    }
  }

  return async (person: ErasedPerson, found: Found): Promise<void> => {
    const named = { _id: { $in: idsOf(found.naming) } };
    const ids = { $in: textsIn(found.messages, 'messageId') };
    await fromOutbox(person, found);
    await change('messages', { ...named, delivery: { $ne: null } }, { $set: { 'delivery.answer': null } });
    await change('messages', named, { $set: { bodyBlob: null } });
    for (const field of ['inReplyTo', 'references']) {
      await change('messages', { [field]: ids }, { $pull: { [field]: ids } });
    }
    await fromRecipients(person, found);
  };
}
