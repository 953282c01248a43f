import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

/** Shows a note in the enquiry. An agent's note is a message the API stored before; a flow's note brings its text. */
export const keepNote =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['keepNote'] =>
  async ({ enquiryId, channelId, effect }) => {
    const at = now();
    if (effect.text !== undefined) {
      await store.messages.insert({
        _id: effect.note,
        enquiry: enquiryId,
        channel: channelId,
        direction: 'note',
        from: null,
        to: [],
        cc: [],
        replyTo: [],
        subject: '',
        date: at,
        at,
        text: effect.text,
        newText: effect.text,
        html: null,
        attachments: [],
        messageId: null,
        inReplyTo: [],
        references: [],
        kind: 'person',
        automatic: false,
        noAutoReply: true,
        facts: null,
        authentication: null,
        contact: null,
        ledger: null,
        outbox: null,
        author: effect.agent ?? 'flow',
        otherSender: false,
        delivery: null,
        warnings: [],
        blob: null,
        bodyBlob: null,
        v: 1,
      });
    }
    await store.enquiries.addMail(enquiryId, { message: effect.note, at, direction: 'note' });
    return { done: true };
  };
