/**
 * An act that somebody asks for, under the name by which it is known everywhere: in state, Updates and answers. The name
 * holds the caller's own key, kept apart from other people's, and a digest of what is asked, so that the same key with
 * something else is noticed.
 */
import { createHash } from 'node:crypto';
import type { ActOutcome } from '../flows/state';
import type { Enquiry } from '../store/enquiries';
import { actName } from './acts';
import { ApiError, notFound } from './api-error';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';
import { reaches } from './enquiry-guard';

/** The kinds of acts; part of their names. */
export type ActKind =
  | 'accept'
  | 'decline'
  | 'take'
  | 'take-over'
  | 'assign'
  | 'release'
  | 'snooze'
  | 'unsnooze'
  | 'reply'
  | 'note'
  | 'transfer'
  | 'undo-transfer'
  | 'tag'
  | 'close'
  | 'undo-close'
  | 'reopen'
  | 'spam'
  | 'not-spam'
  | 'merge'
  | 'unmerge'
  | 'split'
  | 'move'
  | 'resume'
  | 'attend'
  | 'unsend'
  | 'forward';

/** An act that is asked for. */
export interface WantedAct {
  caller: Caller;
  enquiry: Enquiry;
  kind: ActKind;
  key: string;
  /** Its name. */
  act: string;
}

/** Names an act; `asked` is what the request says besides the enquiry. */
export const nameAct = (wanted: Omit<WantedAct, 'act'>, asked: unknown): WantedAct => ({
  ...wanted,
  act: `${stemOf(wanted)}${digestOfAsked(asked)}`,
});

/**
 * Names an act on an enquiry the caller may see, or may not see any more because he did this very act: a repeat gets the
 * answer of the first. Throws `not-found`.
 */
export const seenAct = async (
  { store }: Pick<ApiPorts, 'store'>,
  { id, ...wanted }: Pick<WantedAct, 'caller' | 'kind' | 'key'> & { id: string },
  asked: unknown,
): Promise<WantedAct> => {
  const enquiry = await store.enquiries.get(id);
  const done = enquiry?.memory?.acts.some(([name]) => name.startsWith(stemOf(wanted))) ?? false;
  if (!enquiry || !(done || (await reaches({ store }, wanted.caller, enquiry)))) throw notFound('enquiry', id);
  return nameAct({ ...wanted, enquiry }, asked);
};

/** The outcome the act had before; null when it is new. Throws `key-used-otherwise`. */
export const earlierOutcome = (wanted: WantedAct): ActOutcome | null => {
  const acts = wanted.enquiry.memory?.acts ?? [];
  const [name, outcome] = acts.find(([each]) => each.startsWith(stemOf(wanted))) ?? [];
  if (!outcome) return null;
  if (name !== wanted.act) throw new ApiError('key-used-otherwise');
  return outcome;
};

function stemOf({ caller, kind, key }: Pick<WantedAct, 'caller' | 'kind' | 'key'>): string {
  return `${actName(caller.id, kind, key)}/`;
}

/** Digest of what a request asks for, whatever the order of its fields: by it another request under the same key is noticed. */
export function digestOfAsked(asked: unknown): string {
  const text = JSON.stringify(asked ?? null, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
