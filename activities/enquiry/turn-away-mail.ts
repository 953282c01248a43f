import { ApplicationFailure } from '@temporalio/common';
import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

const BY = 'enquiry';

/**
 * A mail came between intake's look at the enquiry and the enquiry's close. Its delivery is released, so that it is
 * settled again as the start of an enquiry of its own, or stands as refused, so that a person may release it. Intake
 * tells the run before it writes its verdict down, so this is tried again until the verdict is there.
 */
export const turnAwayMail =
  ({ store, now }: Pick<Ports, 'store' | 'now'>): EffectActivities['turnAwayMail'] =>
  async ({ enquiryId, effect }) => {
    const message = await store.messages.get(effect.messageId);
    const entry = message?.ledger ? await store.ledger.get(message.ledger) : null;
    if (!entry || entry.history.some((past) => past.by === BY && past.enquiry === enquiryId)) return { done: true };
    if (entry.verdict === null) {
      throw ApplicationFailure.retryable('The delivery of this mail has no verdict yet.', 'NotSettledYet');
    }
    if (entry.verdict !== 'joined' || entry.message !== effect.messageId) return { done: true };
    const { _id: id, verdict: from } = entry;
    if (effect.to === 'new-enquiry') await store.ledger.release({ id, from, by: BY, now: now() });
    else {
      const to = { verdict: 'refused', reason: 'thread closed' } as const;
      await store.ledger.changeVerdict({ id, from, to, by: BY, now: now() });
    }
    return { done: true };
  };
