/**
 * Drafts of answers. An agent has one working draft per enquiry, which survives reloads; what is sent is a copy of it
 * under an id of its own, so that what travels to the run is an id and a digest of something that never changes.
 */
import { createHash } from 'node:crypto';
import type { Draft } from '../store/drafts';
import type { Enquiry } from '../store/enquiries';
import { ApiError } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { answerHead, messageToAnswer } from './recipients';

/** What an agent writes; what he leaves out is taken from his working draft, then from the mail he answers. */
export interface DraftText {
  html?: string | null | undefined;
  text?: string | undefined;
  to?: string[] | undefined;
  cc?: string[] | undefined;
  bcc?: string[] | undefined;
  subject?: string | undefined;
  /** When it is to leave, of a draft that is sent (send later). */
  sendAfter?: string | undefined;
  /** Digest of the working draft he has before him; another one is refused (`changed-meanwhile`). */
  expectedDigest?: string | undefined;
}

type DraftPorts = Pick<ApiPorts, 'store' | 'mail' | 'now'>;
type Content = Omit<Draft, '_id' | 'v' | 'sentAs' | 'digest' | 'savedAt' | 'enquiry' | 'agent'>;

/** Id of the working draft of an agent. */
export const workingDraftId = (enquiry: string, agent: string): string => `${enquiry}:draft:${agent}`;

/** Working draft and recipients as they stand; an empty draft addressed as the answer would be when there is none. */
export const workingDraft = async (ports: DraftPorts, enquiry: Enquiry, agent: string): Promise<Draft> => {
  const stored = await ports.store.drafts.get(workingDraftId(enquiry._id, agent));
  if (stored && stored.agent === agent) return stored;
  return draftOf(ports, workingDraftId(enquiry._id, agent), { enquiry, agent }, await emptyContent(ports, enquiry));
};

/** Saves the working draft; HTML is sanitised before it is stored. */
export const saveWorkingDraft = async (
  ports: DraftPorts,
  enquiry: Enquiry,
  agent: string,
  change: DraftText,
): Promise<Draft> => {
  const before = await workingDraft(ports, enquiry, agent);
  mustBe(before, change.expectedDigest);
  const draft = draftOf(ports, before._id, { enquiry, agent }, merged(ports, before, change));
  const { sentAs: _, v: _v, ...unsent } = draft;
  if (await ports.store.drafts.save(unsent, change.expectedDigest)) return draft;
  throw new ApiError(change.expectedDigest === undefined ? 'draft-unknown' : 'changed-meanwhile');
};

function mustBe({ digest }: Draft, expected: string | undefined): void {
  if (expected === undefined || expected === digest) return;
  throw new ApiError('changed-meanwhile', 'This draft was changed or sent in another window. Read it again.');
}

/** Id under which what a request sends is kept. */
export const draftToSendId = (enquiry: string, agent: string, key: string): string =>
  `${enquiry}:reply:${agent}:${key}`;

/**
 * Keeps what is to be sent under the key of the request. The same key finds the same draft; with another content it is
 * refused (`key-used-otherwise`).
 */
export const draftToSend = async (
  ports: DraftPorts,
  request: { caller: Caller; enquiry: Enquiry; key: string; change: DraftText },
): Promise<Draft> => {
  const { caller, enquiry, key, change } = request;
  const id = draftToSendId(enquiry._id, caller.id, key);
  const stored = await ports.store.drafts.get(id);
  // A repeat means what the first request meant, whatever has come to the enquiry since.
  const base = stored ?? (await workingDraft(ports, enquiry, caller.id));
  const draft = draftOf(ports, id, { enquiry, agent: caller.id }, merged(ports, base, change));
  mustBeWhole(draft);
  if (!stored) mustBe(base, change.expectedDigest);
  if (stored && stored.digest !== draft.digest) throw new ApiError('key-used-otherwise');
  const { sentAs: _, v: _v, ...unsent } = draft;
  if (!stored && !(await ports.store.drafts.save(unsent))) throw new ApiError('key-used-otherwise');
  return stored ?? draft;
};

function mustBeWhole(draft: Draft): void {
  const findings: { where: string; what: string }[] = [];
  if (draft.to.length + draft.cc.length + draft.bcc.length === 0) {
    findings.push({ where: '/to', what: 'is empty, and the mail that is answered names nobody; name a recipient' });
  }
  if (!draft.html && draft.text.trim() === '') findings.push({ where: '/text', what: 'is empty; write the answer' });
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
}

async function emptyContent({ store }: DraftPorts, enquiry: Enquiry): Promise<Content> {
  const [channel, messages] = await Promise.all([
    store.channels.get(enquiry.channel),
    store.messages.getMany(enquiry.mail.map((each) => each.message)),
  ]);
  const answered = messageToAnswer(messages);
  const head =
    answered && channel ? answerHead(answered, channel) : { to: [], cc: [], subject: `Re: ${enquiry.subject}` };
  const { to, cc, subject } = head;
  const plain = (all: { address: string }[]): string[] => all.map(({ address }) => address);
  return { html: null, text: '', to: plain(to), cc: plain(cc), bcc: [], subject, attachments: [] };
}

function merged({ mail }: DraftPorts, before: Content, change: DraftText): Content {
  const written = change.html !== undefined || change.text !== undefined;
  return {
    html: written ? (change.html ? mail.sanitizeAgentHtml(change.html).html : null) : before.html,
    text: written ? (change.text ?? '') : before.text,
    to: change.to ?? before.to,
    cc: change.cc ?? before.cc,
    bcc: change.bcc ?? before.bcc,
    subject: change.subject ?? before.subject,
    attachments: before.attachments,
    sendAfter: change.sendAfter === undefined ? null : new Date(change.sendAfter),
  };
}

function draftOf(ports: DraftPorts, id: string, whose: { enquiry: Enquiry; agent: string }, content: Content): Draft {
  const { html, text, to, cc, bcc, subject, attachments, sendAfter = null } = content;
  const later = sendAfter === null ? {} : { sendAfter };
  const digest = createHash('sha256')
    .update(JSON.stringify({ html, text, to, cc, bcc, subject, attachments, ...later }))
    .digest('hex');
  const { enquiry, agent } = whose;
  return {
    _id: id,
    enquiry: enquiry._id,
    agent,
    html,
    text,
    to,
    cc,
    bcc,
    subject,
    attachments,
    sendAfter,
    digest,
    savedAt: ports.now(),
    sentAs: null,
    v: 1,
  };
}

/** Writes attachments into the working draft. */
export const setAttachments = async (
  ports: DraftPorts,
  enquiry: Enquiry,
  agent: string,
  change: (attachments: Draft['attachments']) => Draft['attachments'],
): Promise<Draft> => {
  const before = await workingDraft(ports, enquiry, agent);
  const attachments = change(before.attachments);
  const draft = draftOf(ports, before._id, { enquiry, agent }, { ...before, attachments });
  const { sentAs: _, v: _v, ...unsent } = draft;
  if (!(await ports.store.drafts.save(unsent))) throw new ApiError('draft-unknown');
  return draft;
};
