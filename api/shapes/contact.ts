import type { ContactChange } from '../../store/contacts';
import type { ContactField } from '../../store/contact-fields';
import type { Account } from '../../store/accounts';
import type { ContactLink } from '../../store/contacts/links';
import type { SeenContact } from '../contact-sight';
import {
  anything,
  dictionary,
  either,
  instant,
  list,
  named,
  nullable,
  number,
  object,
  text,
  word,
  type TypeOf,
} from '../http/schema';
import { headerLine, iso, line } from './basics';

const customValue = either(text({ max: 1000 }), number());

const recordInput = object(
  { system: line(100, 'The other system, as people call it.'), id: line(200, 'Its number there.') },
  { url: text({ max: 2000, pattern: '^https?://[^\\s]+$', description: 'Where it is shown.' }) },
);

/** What people may change of a contact. */
export const contactEdit = {
  firstName: headerLine(200),
  lastName: headerLine(200),
  owner: nullable(text({ min: 1, max: 100, description: 'Id of an agent.' })),
  account: nullable(text({ min: 1, max: 50, description: 'Id of an account; null: the one with his domain.' })),
  tags: list(line(100), { max: 50 }),
  notes: text({ max: 10_000 }),
  custom: dictionary(nullable(customValue), 'Field -> value; null takes it away, others stay.'),
  records: list(recordInput, { max: 20, description: 'The same person in other systems.' }),
};

/** A contact as it is answered. */
export const contactShape = named(
  'Contact',
  object({
    id: text(),
    addresses: list(text(), { description: 'The first made the id.' }),
    verified: list(text(), { description: 'Those from which an answer to our mail came.' }),
    merged: list(
      object({
        contact: text({ description: 'Id it had, and would have, alone.' }),
        address: text(),
        kind: word(['merge', 'address'], 'How it came to this contact.'),
        by: text(),
        at: instant('Since then.'),
      }),
      { description: 'What leads to this contact.' },
    ),
    firstName: text(),
    lastName: text({ description: 'The full name as the newest mail writes it, until somebody edits it.' }),
    owner: nullable(text()),
    account: nullable(text({ description: 'The one somebody gave him, else the one with his domain.' })),
    tags: list(text()),
    notes: text(),
    custom: dictionary(customValue, 'Values of the fields that GET /v1/contact-fields lists.'),
    records: list(object({ system: text(), id: text(), url: nullable(text()) })),
    enquiries: list(text({ description: 'Newest 100 of each address that you may see, oldest first.' })),
    createdAt: instant('First mail, or when it was made.'),
  }),
);

/** A contact as it is answered, without fields nobody defines any more. */
export function contactView(
  { contact, enquiries }: SeenContact,
  known: { links: readonly ContactLink[]; fields: readonly ContactField[]; account: Account | null },
): TypeOf<typeof contactShape> {
  const defined = Object.entries(contact.custom).filter(([id]) => known.fields.some((field) => field._id === id));
  return {
    id: contact._id,
    addresses: contact.addresses,
    verified: contact.verified,
    merged: known.links.map(({ _id, address, kind, by, at }) => ({ contact: _id, address, kind, by, at: iso(at) })),
    firstName: contact.firstName,
    lastName: contact.lastName,
    owner: contact.owner,
    account: known.account?._id ?? contact.account,
    tags: contact.tags,
    notes: contact.notes,
    custom: Object.fromEntries(defined),
    records: contact.records,
    enquiries,
    createdAt: iso(contact.createdAt),
  };
}

/** One thing that was done with a contact. */
export const contactChangeShape = named(
  'ContactChange',
  object({
    at: instant('When.'),
    by: text({ description: 'User id.' }),
    what: text(),
    before: anything('What changed, as it was.'),
    after: anything('What changed, as it is.'),
  }),
);

/** A change as it is answered. */
export const contactChangeView = ({ at, ...change }: ContactChange): TypeOf<typeof contactChangeShape> => ({
  ...change,
  at: iso(at),
});
