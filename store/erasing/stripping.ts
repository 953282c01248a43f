import { threadKeyId } from '../thread-keys';
import { idsOf, type Access, type ErasedPerson, type Found } from './looking-for';
import { addressPattern } from './masking';

/** What is left of a mail that must stay for the numbers. */
const emptyMessage = {
  from: null,
  to: [],
  cc: [],
  replyTo: [],
  lists: [],
  subject: '',
  text: '',
  newText: '',
  html: null,
  attachments: [],
  messageId: null,
  inReplyTo: [],
  references: [],
  threadIndex: null,
  threadTopic: null,
  authentication: null,
  forwardedBy: null,
  contact: null,
  warnings: [],
  blob: null,
  bodyBlob: null,
};

/** Takes what is personal out of what stays for the numbers, and what nobody needs away. */
export function stripping({ change, remove }: Pick<Access, 'change' | 'remove'>) {
  async function strip(person: ErasedPerson, found: Found): Promise<void> {
    const { ids, addresses } = person;
    const enquiries = { $in: found.enquiries };
    const inLedger = { _id: { $in: idsOf(found.ledger) } };
    const envelope = { 'source.envelope.from': null, 'source.envelope.ip': null, 'source.envelope.helo': null };
    const noTrace = {
      from: null,
      subject: null,
      messageId: null,
      contentHash: null,
      blob: '',
      'source.received': null,
    };
    await change('ledger', inLedger, { $set: { ...noTrace, ...envelope } });
    const unsent = { envelope: { from: '', to: [] }, messageId: '', blob: '', serverMessageId: null };
    const unheard = { answers: [], acceptedRecipients: [], reports: [], bounced: null };
    const his = { $in: idsOf(found.outbox) };
    await change('outbox', { _id: his }, { $set: { ...unsent, ...unheard } });
    await remove('drafts', { $or: [{ enquiry: enquiries }, { sentAs: his }] });
    await remove('personalValues', { enquiry: enquiries });
    const keys = found.messages.flatMap(({ channel, messageId }) =>
      typeof messageId === 'string' ? [threadKeyId(String(channel), messageId)] : [],
    );
    const byMail = { by: { $in: idsOf(found.ledger) } };
    await remove('threadKeys', { $or: [{ enquiry: enquiries }, byMail, { _id: { $in: keys } }] });
    await remove('contactEnquiries', { _id: { $in: ids } });
    await remove('engagements', { contact: { $in: ids } });
    await remove('undeliverable', { _id: { $in: addresses } });
    await change('notices', { 'notices.enquiry': enquiries }, { $pull: { notices: { enquiry: enquiries } } });
    if (addresses.length > 0) {
      const named = { text: addressPattern(addresses) };
      await change('notices', { 'notices.text': named.text }, { $pull: { notices: named } });
    }
    await change('audit', { about: { $in: ids } }, { $set: { before: null, after: null } });
    await change('audit', { about: { $in: addresses } }, { $set: { about: 'erased', before: null, after: null } });
    const refused = { $or: ['from', 'headerFrom', 'to'].map((field) => ({ [field]: { $in: addresses } })) };
    const unnamed = { from: '', helo: '', server: '', to: [], headerFrom: null, messageId: null, subject: null };
    await change('refusedMails', refused, { $set: unnamed });
    await change('openEnquiries', { _id: enquiries }, { $set: { subject: '', contact: null } });
  }

  async function stripMessages({ ids }: ErasedPerson, found: Found): Promise<void> {
    const his = { _id: { $in: idsOf(found.messages) } };
    await change('messages', { ...his, facts: { $ne: null } }, { $set: { 'facts.fromDomain': '' } });
    await change('messages', { ...his, delivery: { $ne: null } }, { $set: { 'delivery.answer': null } });
    await change('messages', his, { $set: emptyMessage });
    await change('contacts', { answeredFor: { $in: ids } }, { $pull: { answeredFor: { $in: ids } } });
    // The domain of a person's own address names him.
    for (const which of ['message', 'newest']) {
      const facts = { _id: { $in: found.enquiries }, [`state.${which}.fromDomain`]: { $exists: true } };
      await change('enquiries', facts, { $set: { [`state.${which}.fromDomain`]: '' } });
    }
    await change('enquiries', { _id: { $in: found.enquiries } }, { $set: { subject: '', contact: null } });
  }

  return { strip, stripMessages };
}
