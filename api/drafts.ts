/**
 * Drafts of answers. An agent has one working draft per enquiry, which survives reloads; what is sent is a copy of it
 * under an id of its own, so that what travels to the run is an id and a digest of something that never changes.
 */
import { workingDraftId, type Draft } from '../store/drafts';
import type { Enquiry } from '../store/enquiries';
import type { User } from '../store/users';
import { writtenByUser } from '../store/written-by';
import { ApiError } from './api-error';
import type { Caller } from './caller';
import { checkDraft, type Confirmable } from './draft-checks';
import {
  digestOfContent,
  emptyContent,
  merged,
  newestFromOutside,
  type Content,
  type DraftPorts,
  type DraftText,
} from './draft-content';

export type { DraftText } from './draft-content';

/** Working draft and recipients as they stand; an empty draft addressed as the answer would be when there is none. */
export const workingDraft = async (ports: DraftPorts, enquiry: Enquiry, agent: string): Promise<Draft> => {
  const stored = await ports.store.drafts.get(workingDraftId(enquiry._id, agent));
  if (stored && stored.agent === agent) return stored;
  return draftOf(ports, workingDraftId(enquiry._id, agent), { enquiry, agent }, await emptyContent(ports, enquiry));
};

/** Whether the caller reads drafts of this author: who leads anybody's, the agent who serves the enquiry a program's. */
export const mayReadDraftsOf = (
  caller: Pick<Caller, 'id' | 'role'>,
  { assignee }: Pick<Enquiry, 'assignee'>,
  author: Pick<User, 'service'> | null,
): boolean => caller.role !== 'agent' || (assignee === caller.id && Boolean(author?.service));

/** What others are writing in an enquiry, newest first; it stays after a close, and when its author has left. */
export const draftsOf = async (
  { store }: Pick<DraftPorts, 'store'>,
  caller: Pick<Caller, 'id' | 'role'>,
  enquiry: Enquiry,
): Promise<Draft[]> => {
  const authors = (await store.users.list()).filter((each) => mayReadDraftsOf(caller, enquiry, each));
  const ids = authors.map(({ _id }) => _id);
  const drafts = await store.drafts.workingOf(enquiry._id, ids);
  return drafts.toSorted((one, other) => other.savedAt.getTime() - one.savedAt.getTime());
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
  const draft = draftOf(ports, before._id, { enquiry, agent }, await merged(ports, enquiry, before, change));
  if (await ports.store.drafts.save(unsent(draft), change.expectedDigest)) return draft;
  throw new ApiError(change.expectedDigest === undefined ? 'draft-unknown' : 'changed-meanwhile');
};

function mustBe({ digest }: Pick<Draft, 'digest'>, expected: string | undefined): void {
  if (expected === undefined || expected === digest) return;
  throw new ApiError('changed-meanwhile', 'This draft was changed or sent in another window. Read it again.');
}

/** What a program drafted, for whoever sends it. Throws `draft-unknown`. */
async function draftOfProgram({ store }: DraftPorts, enquiry: Enquiry, program: string): Promise<Draft> {
  const [user, draft] = await Promise.all([
    store.users.get(program),
    store.drafts.get(workingDraftId(enquiry._id, program)),
  ]);
  if (user?.service && draft?.sentAs === null) return draft;
  const sentence = `No program "${program}" has a draft here. GET /v1/enquiries/{id}/drafts lists those you may send.`;
  throw new ApiError('draft-unknown', sentence);
}

/** Id under which what a request sends is kept. */
export const draftToSendId = (enquiry: string, agent: string, key: string): string =>
  `${enquiry}:reply:${agent}:${key}`;

/**
 * Keeps what is to be sent under the key of the request. The same key finds the same draft; with another content it is
 * refused (`key-used-otherwise`). Throws what `checkDraft` finds and `confirm` does not name.
 */
export const draftToSend = async (
  ports: DraftPorts,
  request: {
    caller: Caller;
    enquiry: Enquiry;
    key: string;
    change: DraftText & { confirm?: Confirmable[] | undefined };
    /** What it begins with in place of the working draft. */
    from?: Content;
    /** Program whose working draft is sent in place of the caller's own. */
    program?: string | undefined;
  },
): Promise<Draft> => {
  const { caller, enquiry, key, change, from, program } = request;
  const id = draftToSendId(enquiry._id, caller.id, key);
  const contentOver = async (base: Content): Promise<Content> =>
    withoutUnusedPictures(await merged(ports, enquiry, base, change));
  // A repeat means what the first request meant, whatever has come to the enquiry since.
  const asBefore = async (stored: Draft | null): Promise<Draft> => {
    const same = stored !== null && stored.digest === digestOfContent(await contentOver(stored));
    if (!same) throw new ApiError('key-used-otherwise');
    return stored;
  };
  const stored = await ports.store.drafts.get(id);
  if (stored) return asBefore(stored);
  const base = from ? { ...from, digest: '' } : await begun(ports, enquiry, { caller, program });
  const draft = draftOf(ports, id, { enquiry, agent: caller.id }, await contentOver(base));
  mustBe(base, change.expectedDigest);
  await checkDraft(ports, { caller, enquiry }, draft, change.confirm ?? []);
  // What he confirmed he has seen; what comes from now on he has not.
  const seen = change.confirm?.includes('newer-message') ? newestFromOutside(enquiry) : (draft.seen ?? null);
  const draftedBy = program ?? base.writtenBy?.draftedBy ?? null;
  const madeOf = base.digest === '' ? {} : { madeOf: base.digest };
  const sending = { ...draft, ...madeOf, seen, writtenBy: { ...writtenByUser(caller), draftedBy } };
  // Another window kept the same in the meantime, and it was sent.
  return (await ports.store.drafts.save(unsent(sending))) ? sending : asBefore(await ports.store.drafts.get(id));
};

/** Throws the working draft away that was sent; what its author has begun since, in this window or another, stays. */
export const discardSent = async (
  { store }: Pick<DraftPorts, 'store'>,
  sent: Draft,
  author: string,
): Promise<boolean> => {
  const { enquiry, madeOf, digest, givenBack } = sent;
  // Taken back, it stands in the working draft again.
  if (givenBack) return false;
  return store.drafts.discard(workingDraftId(enquiry, author), author, [madeOf ?? digest, digest]);
};

const begun = (
  ports: DraftPorts,
  enquiry: Enquiry,
  { caller, program }: { caller: Caller; program: string | undefined },
): Promise<Draft> =>
  program === undefined ? workingDraft(ports, enquiry, caller.id) : draftOfProgram(ports, enquiry, program);

/** A picture that was taken out of the text again is not sent along as a file. */
function withoutUnusedPictures(content: Content): Content {
  const { html, attachments } = content;
  const shown = (id: string): boolean => (html ?? '').includes(`"cid:${id}"`);
  return { ...content, attachments: attachments.filter(({ inline, contentId }) => !inline || shown(contentId ?? '')) };
}

function draftOf(ports: DraftPorts, id: string, whose: { enquiry: Enquiry; agent: string }, content: Content): Draft {
  const { html, text, to, cc, bcc, subject, attachments, mode, answers = null, seen = null, channel = null } = content;
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
    ...(mode === undefined ? {} : { mode }),
    answers,
    channel,
    seen,
    sendAfter: content.sendAfter ?? null,
    digest: digestOfContent(content),
    savedAt: ports.now(),
    sentAs: null,
    v: 1,
  };
}

function unsent({ sentAs: _sentAs, v: _v, ...draft }: Draft): Omit<Draft, 'sentAs' | 'v'> {
  return draft;
}

const mostTries = 20;

/** Writes attachments into the working draft; what another window adds at the same moment stays. */
export const setAttachments = async (
  ports: DraftPorts,
  enquiry: Enquiry,
  agent: string,
  change: (attachments: Draft['attachments']) => Draft['attachments'],
): Promise<Draft> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await workingDraft(ports, enquiry, agent);
    const content = { ...before, attachments: change(before.attachments) };
    const draft = draftOf(ports, before._id, { enquiry, agent }, content);
    if (await ports.store.drafts.save(unsent(draft), before.digest)) return draft;
  }
  throw new ApiError('changed-meanwhile');
};
