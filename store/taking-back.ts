import { createHash } from 'node:crypto';
import type { Audit } from './audit';
import { hasContent, paragraphsOf, workingDraftId, type Draft, type Drafts } from './drafts';
import type { Enquiries } from './enquiries';
import type { Messages } from './messages';
import type { Outbox } from './outbox';

/** The collections it is made of. */
interface TakingBackPorts {
  audit: Audit;
  drafts: Drafts;
  enquiries: Enquiries;
  messages: Messages;
  outbox: Outbox;
}

/**
 * Takes an answer back before it leaves. Whether it leaves or comes back is decided by one compare-and-set on the outbox,
 * which its sender asks too; everything after it may be done again. What was written goes back into the author's working
 * draft: where he has written another one meanwhile, above that.
 */
export function createTakingBack({ audit, drafts, enquiries, messages, outbox }: TakingBackPorts) {
  return async (mail: string, by: string, now: Date): Promise<boolean> => {
    const entry = await outbox.undo(mail, by, now);
    if (!entry) return false;
    await audit.addMove(entry);
    if (entry.message !== null) {
      await messages.setDelivery(entry.message, { state: 'discarded', at: entry.doneAt ?? now, answer: null });
    }
    const sent = entry.draft === undefined ? null : await drafts.get(entry.draft);
    if (sent && !sent.givenBack) await giveBack(drafts, sent, now);
    if (entry.enquiry !== null && entry.later) await enquiries.unschedule(entry.enquiry, mail);
    return true;
  };
}

async function giveBack(drafts: Drafts, sent: Draft, now: Date): Promise<void> {
  const id = workingDraftId(sent.enquiry, sent.agent);
  for (let stands = false; !stands;) {
    const working = await drafts.get(id);
    stands =
      (working?.restored?.includes(sent._id) ?? false) ||
      (await drafts.restore({ ...withBoth(sent, working), _id: id, savedAt: now }, working?.digest ?? null));
  }
  await drafts.markGivenBack(sent._id);
}

/** The answer as it was; what was written since stands below it, and its files are kept. */
export function withBoth(sent: Draft, working: Draft | null): Omit<Draft, 'sentAs' | 'sentBy' | 'v'> {
  const { sentAs: _sentAs, sentBy: _sentBy, v: _v, ...written } = sent;
  const restored = [...(working?.restored ?? []), sent._id].slice(-20);
  if (!working || !hasContent(working)) return { ...written, restored };
  const known = new Set(sent.attachments.map(({ blob }) => blob));
  const attachments = [...sent.attachments, ...working.attachments.filter(({ blob }) => !known.has(blob))];
  const digest = createHash('sha256').update(`${sent.digest} ${working.digest}`).digest('hex');
  const html = sent.html === null && working.html === null ? null : `${htmlOf(sent)}\n${htmlOf(working)}`;
  return { ...written, html, text: `${sent.text}\n\n${working.text}`.trim(), attachments, digest, restored };
}

const htmlOf = ({ html, text }: Draft): string => html ?? paragraphsOf(text);
