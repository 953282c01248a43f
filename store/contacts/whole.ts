import { ENQUIRIES_REMEMBERED, type ContactChange, type ContactFields, type ContactPart, type EditedAt } from './parts';

/** The person outside, with all his addresses. */
export interface Contact extends ContactFields {
  _id: string;
  /** The first made the id. */
  addresses: string[];
  /** Those from which an answer to our mail came. */
  verified: string[];
  /** Ids of enquiries; of each address the newest 100, oldest first. */
  enquiries: string[];
  /** Mails that belong to no enquiry. */
  mails: string[];
  /** There may be more enquiries than those named. */
  hasMore: boolean;
  /** How often an enquiry was noted, by the id of each address. */
  noted: Record<string, number>;
  /** Who may be the same person: one answered the other's mail. */
  answeredFor: string[];
  changes: ContactChange[];
  createdAt: Date;
  by: string;
}

/** Both names of a contact, as far as there are any. */
export const fullName = ({ firstName, lastName }: Pick<Contact, 'firstName' | 'lastName'>): string =>
  [firstName, lastName].filter(Boolean).join(' ');

/** A part that leads to another contact, and since when. */
export interface LedPart {
  part: ContactPart;
  at: Date;
}

/**
 * A contact with all that was merged into it. What was merged fills what is empty and adds tags, notes and fields, unless
 * somebody edited that very field of the surviving contact since: nothing is copied, so taking a merge back leaves no trace.
 */
export function wholeContact(survivor: ContactPart, led: readonly LedPart[]): Contact {
  const parts = [survivor, ...led.map(({ part }) => part)];
  const heardOf = (field: keyof EditedAt): ContactFields[] => {
    const since = survivor.editedAt?.[field];
    return [named(survivor), ...led.filter(({ at }) => !since || since < at).map(({ part }) => named(part))];
  };
  const names = heardOf('name').find(({ firstName, lastName }) => firstName !== '' || lastName !== '');
  return {
    _id: survivor._id,
    addresses: [...new Set(parts.flatMap(({ addresses }) => addresses))],
    verified: parts.filter(({ verifiedAt }) => verifiedAt).flatMap(({ addresses }) => addresses),
    firstName: names?.firstName ?? '',
    lastName: names?.lastName ?? '',
    owner: first(heardOf('owner').map(({ owner }) => owner)),
    account: first(heardOf('account').map(({ account }) => account)),
    tags: [...new Set(heardOf('tags').flatMap(({ tags }) => tags))],
    notes: [...new Set(heardOf('notes').map(({ notes }) => notes))].filter((notes) => notes !== '').join('\n\n'),
    custom: Object.assign(
      {},
      ...heardOf('custom')
        .toReversed()
        .map(({ custom }) => custom),
    ),
    records: heardOf('records').flatMap(({ records }) => records),
    enquiries: [...new Set(parts.toReversed().flatMap(({ enquiries }) => enquiries))],
    mails: [...new Set(parts.flatMap(({ mails = [] }) => mails))],
    noted: Object.fromEntries(parts.map(({ _id, noted = 0 }) => [_id, noted])),
    hasMore: parts.some(({ enquiries }) => enquiries.length >= ENQUIRIES_REMEMBERED),
    answeredFor: [...new Set(parts.flatMap(({ answeredFor = [] }) => answeredFor))],
    changes: parts.flatMap(({ changes = [] }) => changes).toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    createdAt: new Date(Math.min(...parts.map(({ createdAt }) => createdAt.getTime()))),
    by: survivor.by,
  };
}

const first = <T>(values: (T | null)[]): T | null => values.find((value) => value !== null) ?? null;

/** What people know of a part: the name its mails write, until somebody has edited it. */
function named(part: ContactPart): ContactFields {
  const { firstName, lastName, owner, account, tags, notes, custom = {}, records = [], writtenName } = part;
  const edited = part.editedAt?.name !== undefined || firstName !== '';
  const name = edited || writtenName === undefined ? lastName : writtenName;
  return { firstName, lastName: name, owner, account, tags, notes, custom, records };
}
