import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';

type MergePorts = Pick<Ports, 'store' | 'workflows' | 'now'>;

/**
 * Shows what an enquiry holds in the elder one it is merged into, and tells that one's run. Messages stay the younger's own
 * and are only named in the elder, so that taking the merge back is leaving out those names.
 */
export const bringOver =
  ({ store, workflows, now }: MergePorts): EffectActivities['bringOver'] =>
  async ({ enquiryId: from, effect }) => {
    const { into, told } = effect;
    const younger = await store.enquiries.load(from);
    if (!younger) return { done: true };
    const { number, channel } = younger;
    const whom = { enquiry: from, number, by: told.by, at: new Date(told.since) };
    const mail = younger.mail.map((each) => ({ ...each, of: from, before: true as const }));
    await store.enquiries.absorb(into, whom, mail);
    await store.enquiries.link(from, into);
    await store.bringDrafts(from, into, now());
    for (const outbox of younger.scheduled ?? []) await store.enquiries.schedule(into, outbox);
    await workflows.absorbed(into, { ...told, from, number, messages: mail.length });
    store.hints.tell({ about: 'enquiry', id: into, channel });
    return { done: true };
  };

/** Takes the names of its messages out of the elder enquiry again, with what came through it since. */
export const bringBack =
  ({ store, workflows }: MergePorts): EffectActivities['bringBack'] =>
  async ({ enquiryId, effect }) => {
    const { from, by, since } = effect;
    const younger = await store.enquiries.load(enquiryId);
    if (!younger) return { done: true };
    await store.enquiries.giveBack(from, enquiryId);
    const messages = younger.mail.map(({ message }) => message);
    const newest = await newestOf({ store }, from);
    const { number, channel } = younger;
    await workflows.mailLeft(from, { to: enquiryId, number, by, since, unmerged: true, messages, newest });
    store.hints.tell({ about: 'enquiry', id: from, channel });
    return { done: true };
  };

/** Facts of the newest letter a participant wrote; null: there is none. */
export async function newestOf({ store }: Pick<Ports, 'store'>, enquiry: string) {
  const found = await store.enquiries.load(enquiry);
  const letters = await store.messages.lettersAfter(found?.mail ?? [], null);
  return letters.findLast(({ facts }) => facts?.participant)?.facts ?? null;
}
