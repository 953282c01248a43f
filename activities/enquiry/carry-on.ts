import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

/** What still comes to an enquiry that was merged goes on to the one it is in: a mail, or word of a mail that did not arrive. */
export const carryOn =
  ({ store, workflows }: Pick<Ports, 'store' | 'workflows'>): EffectActivities['carryOn'] =>
  async ({ enquiryId, effect }) => {
    const { into, seq } = effect;
    if ('failed' in effect) {
      await workflows.deliveryFailed(into, { ...effect.failed, occasion: `carried ${enquiryId}:${seq}` });
      return { done: true };
    }
    const { messageId } = effect;
    const [merged, message] = await Promise.all([store.enquiries.load(enquiryId), store.messages.get(messageId)]);
    const reference = merged?.mail.find((each) => each.message === messageId);
    if (!merged || !reference || !message?.facts) return { done: true };
    await store.enquiries.addMail(into, { ...reference, of: enquiryId });
    await workflows.mailJoined(into, message.facts);
    store.hints.tell({ about: 'enquiry', id: into, channel: merged.channel });
    return { done: true };
  };
