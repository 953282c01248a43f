import type { User } from '../../store/users';
import { roles } from '../access';
import { flag, instant, list, named, nullable, object, text, word, type TypeOf } from '../http/schema';
import { iso } from './basics';

/** What a program that serves as an agent may do. */
export const serviceModes = ['draft', 'reply'] as const;

/** A user as admins and supervisors see him. */
export const userShape = named(
  'User',
  object({
    id: text(),
    email: text(),
    name: text(),
    role: word(roles),
    groups: list(text({ description: 'Groups he looks after besides those he is an agent of.' })),
    channels: list(text({ description: 'Addresses granted to him.' })),
    service: nullable(
      word(serviceModes, 'A program: it may write drafts that people send, or answer. Null: a person.'),
    ),
    disabled: flag(),
    demo: flag(),
    hasPassword: flag('False until he used his invitation.'),
    createdAt: instant('When he was added.'),
  }),
);

/** A user as he is answered; never the password's hash. */
export const userView = (user: User): TypeOf<typeof userShape> => ({
  id: user._id,
  email: user.email,
  name: user.name,
  role: user.role,
  groups: user.groups,
  channels: user.channels,
  service: user.service ?? null,
  disabled: user.disabled,
  demo: user.demo,
  hasPassword: user.passwordHash !== null,
  createdAt: iso(user.createdAt),
});
