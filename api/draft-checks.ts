/** What an agent should know of his draft before it is sent, and what stops it until he says that he knows. */
import type { Draft } from '../store/drafts';
import type { Enquiry } from '../store/enquiries';
import type { Message } from '../store/messages';
import { mayAnswerFrom } from '../store/channel-grants';
import { ApiError, notFound, wrongBody, type InputFinding } from './api-error';
import type { Caller } from './caller';
import type { DraftPorts } from './draft-content';
import { answerHead, ownAddresses, recipientChange } from './recipients';

/** Refusals that go away when the request confirms them. */
export const confirmable = ['newer-message', 'recipients-changed'] as const;
/** One of them. */
export type Confirmable = (typeof confirmable)[number];

/** How a draft stands to what it answers. */
export interface DraftStanding {
  /** Mails from outside that its author had not before him when he began. */
  newer: string[];
  /** Recipients who took no part in the thread; people of the answered mail who would get nothing. */
  added: string[];
  removed: string[];
}

/** Messages whose people count as those of a thread: the first, and the newest. */
const newestAsked = 50;

/** Compares a draft with the mail it answers and with what came since it was begun. */
export const standingOf = async (
  { store }: Pick<DraftPorts, 'store'>,
  enquiry: Enquiry,
  draft: Draft,
): Promise<DraftStanding> => {
  const { answers = null, mode = 'reply-all', seen = null } = draft;
  const answered = answers === null ? null : await store.messages.get(answers);
  if (mode === 'forward' || !answered) return { newer: [], added: [], removed: [] };
  const side = answered.side ?? undefined;
  const ids = enquiry.mail.filter((each) => each.side === side).map(({ message }) => message);
  const [thread, channels, newer] = await Promise.all([
    store.messages.getMany([...new Set([...ids.slice(0, 1), ...ids.slice(-newestAsked)])]),
    store.channels.list(),
    side === undefined ? store.messages.lettersAfter(enquiry.mail, seen) : [],
  ]);
  const channel = channels.find(({ _id }) => _id === enquiry.channel) ?? null;
  const head = answerHead({ answered, mode, channel, own: ownAddresses(channels) });
  return { newer: newer.map(({ _id }) => _id), ...recipientChange(draft, head, thread.filter(isWritten)) };
};

const isWritten = ({ direction }: Message): boolean => direction !== 'note';

/** Throws `wrong-body` for what cannot be sent, `address-not-granted`, and `newer-message` and `recipients-changed` unless confirmed. */
export const checkDraft = async (
  ports: DraftPorts,
  { caller, enquiry }: { caller: Caller; enquiry: Enquiry },
  draft: Draft,
  confirmed: readonly Confirmable[],
): Promise<void> => {
  mustBeWhole(draft);
  await mustBeGranted(ports, caller, enquiry, draft);
  if (await isOfSide(ports, draft)) await mustBeOutside(ports, enquiry, draft);
  const { newer, added, removed } = await standingOf(ports, enquiry, draft);
  if (newer.length > 0 && !confirmed.includes('newer-message')) {
    const mails = newer.length === 1 ? 'A mail' : `${newer.length} mails`;
    const what = `${mails} came since you began this answer. Read it, then send again with "seen" or "confirm".`;
    throw new ApiError('newer-message', what, { messages: newer });
  }
  if (added.length + removed.length > 0 && !confirmed.includes('recipients-changed')) {
    throw new ApiError('recipients-changed', changeSentences({ added, removed }).join(' '), { added, removed });
  }
};

/** Differences of recipients as sentences for whoever writes. */
export const changeSentences = ({ added, removed }: Pick<DraftStanding, 'added' | 'removed'>): string[] => [
  ...added.map((each) => `${each} took no part in this thread yet and gets what the answer says.`),
  ...removed.map((each) => `${each} is in the mail you answer and would not get the answer.`),
];

function mustBeWhole(draft: Draft): void {
  const findings: InputFinding[] = [];
  if (draft.to.length + draft.cc.length + draft.bcc.length === 0) {
    findings.push({ where: '/to', what: 'is empty, and the mail that is answered names nobody; name a recipient' });
  }
  if (!draft.html && draft.text.trim() === '') findings.push({ where: '/text', what: 'is empty; write the answer' });
  const missing = missingPictures(draft);
  if (missing.length > 0) {
    const what = `shows a picture that is no part of the draft (${missing[0]}); attach it again, or take it out`;
    findings.push({ where: '/html', what });
  }
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
}

/** Whether a draft goes to somebody outside whom the contact knows nothing of: a mail passed on, or an answer there. */
export const isOfSide = async ({ store }: Pick<DraftPorts, 'store'>, { mode, answers = null }: Draft) => {
  if (mode === 'forward') return true;
  return answers !== null && Boolean((await store.messages.get(answers))?.side);
};

/** Nothing of a side thread goes to the contact. */
async function mustBeOutside({ store }: DraftPorts, enquiry: Enquiry, { to, cc, bcc }: Draft): Promise<void> {
  const contact = enquiry.contact === null ? null : await store.contacts.get(enquiry.contact);
  const his = new Set(contact?.addresses ?? []);
  const found = [...to, ...cc, ...bcc].find((each) => his.has(each.trim().toLowerCase()));
  if (found === undefined) return;
  const what = `names ${found}, the contact of this enquiry, who sees nothing of a side thread; answer him instead`;
  throw wrongBody('/to', what);
}

async function mustBeGranted({ store }: DraftPorts, caller: Caller, enquiry: Enquiry, draft: Draft): Promise<void> {
  const id = draft.channel ?? enquiry.channel;
  const channel = await store.channels.get(id);
  if (!channel) throw notFound('channel', id);
  if (mayAnswerFrom(caller, channel, enquiry.channel)) return;
  const others = (await store.channels.list()).filter((each) => mayAnswerFrom(caller, each, enquiry.channel));
  const from = others.map(({ address }) => address);
  const instead = from.length === 0 ? 'Ask an admin to grant it' : `You may answer from ${from.join(', ')}`;
  throw new ApiError('address-not-granted', `Answers from ${channel.address} are granted to others. ${instead}.`, {
    address: channel.address,
    from,
  });
}

/** Content-Ids the HTML shows and no attachment has. */
function missingPictures({ html, attachments }: Draft): string[] {
  const shown = [...(html ?? '').matchAll(/\bsrc="cid:([^"<>]*)"/gi)].map((match) => match[1] ?? '');
  return shown.filter((id) => !attachments.some(({ contentId }) => contentId === id));
}
