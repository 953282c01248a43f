import { randomBytes } from 'node:crypto';
import type { User } from '../../store/users';
import { roles } from '../access';
import { ApiError, notFound, wrongBody } from '../api-error';
import { recordChange } from '../audit-trail';
import { createUser } from '../first-admin';
import { created, ok, route, type Route } from '../http/route';
import { flag, instant, list, named, nullable, object, text, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { address, iso, line, slug } from '../shapes/basics';
import { shutOut } from '../shut-out';
import { serviceModes, userShape, userView } from '../shapes/user';

const linkShape = named(
  'PasswordLink',
  object({
    token: text({ description: 'Shown once. Whoever has it sets the password with POST /v1/password.' }),
    expiresAt: instant('When it is over.'),
  }),
);
const ids = (description: string) => list(text({ min: 1, max: 100 }), { max: 200, description });
const groups = ids('Groups he looks after besides those he is an agent of.');
const channels = ids('Addresses granted to him.');
const service = word(serviceModes, 'Of a program: what it may do. A person stays a person.');

/** Users: the people who sign in. */
export const userRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...addingRoutes(ports),
  ...editingRoutes(ports),
];

async function one({ store }: ApiPorts, id: string): Promise<User> {
  const user = await store.users.get(id);
  if (!user) throw notFound('user', id);
  return user;
}

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'listUsers',
      method: 'get',
      path: '/v1/users',
      tag: 'people',
      summary: 'List users',
      answers: { 200: named('UserList', object({ items: list(userShape) })) },
      handle: async () => ok({ items: (await ports.store.users.list()).map(userView) }),
    }),
    route({
      id: 'readUser',
      method: 'get',
      path: '/v1/users/{id}',
      tag: 'people',
      summary: 'Read one user',
      answers: { 200: userShape },
      handle: async ({ params }) => ok(userView(await one(ports, params.id))),
    }),
  ];
}

async function makeLink(
  { store, now, settings }: ApiPorts,
  user: string,
  purpose: 'invitation' | 'reset',
): Promise<TypeOf<typeof linkShape>> {
  const lifeMs = purpose === 'invitation' ? settings.invitationMs : settings.passwordLinkMs;
  const expiresAt = new Date(now().getTime() + lifeMs);
  return { token: await store.passwordLinks.create({ user, purpose, expiresAt }), expiresAt: iso(expiresAt) };
}

const NO_PROGRAM = 'cannot be given to a person; add a user for the program';

const wrongRole = (): ApiError =>
  wrongBody('/role', 'must be "agent" for a program: programs lead nobody and change no settings');

/** Somebody must stay who can change settings. */
async function keepAnAdmin(
  { store }: ApiPorts,
  user: User,
  change: { role?: string | undefined; disabled?: boolean | undefined },
) {
  const stays = (change.role ?? user.role) === 'admin' && !(change.disabled ?? user.disabled);
  if (stays || user.role !== 'admin' || user.disabled) return;
  const others = (await adminsOf(store)).filter((admin) => admin !== user._id);
  if (others.length === 0) throw new ApiError('last-admin');
}

async function adminsOf(store: ApiPorts['store']): Promise<string[]> {
  return (await store.users.list()).flatMap(({ _id, role, disabled }) => (role === 'admin' && !disabled ? [_id] : []));
}

/** Two admins who take each other's role away at the same moment both passed the check: each takes his change back. */
async function takeBackLastAdmin({ store }: ApiPorts, before: User): Promise<void> {
  if (before.role !== 'admin' || before.disabled || (await adminsOf(store)).length > 0) return;
  await store.users.change(before._id, { role: before.role, disabled: before.disabled });
  throw new ApiError('last-admin');
}

async function rename({ store, now }: ApiPorts, id: string, name: string): Promise<void> {
  const agent = await store.agents.get(id);
  if (agent) await store.agents.save({ id, name, capacity: agent.capacity }, now());
}

function addingRoutes(ports: ApiPorts): Route[] {
  const { store, now, settings } = ports;
  return [
    route({
      id: 'createUser',
      method: 'post',
      path: '/v1/users',
      tag: 'people',
      summary: 'Add a user; the answer carries his invitation link, good for 72 hours',
      body: object(
        {
          email: address('He signs in with it.'),
          name: line(100, 'As colleagues and customers see him.'),
          role: word(roles),
        },
        {
          id: slug('Shown in the Temporal UI; made up when absent; never changes.'),
          groups,
          channels,
          service: word(serviceModes, 'A program that serves as an agent; it gets no invitation but API tokens.'),
        },
      ),
      example: { email: 'ann@example.com', name: 'Ann Archer', role: 'agent' },
      answers: { 201: named('NewUser', object({ user: userShape, invitation: nullable(linkShape) })) },
      errors: ['already-exists'],
      handle: async (call) => {
        const { id = `u-${randomBytes(5).toString('hex')}`, ...rest } = call.body;
        const { service = null, role } = rest;
        if (service !== null && role !== 'agent') throw wrongRole();
        if (!(await createUser(store, { ...rest, service, id, password: null, capacity: settings.capacity }, now()))) {
          throw new ApiError('already-exists', 'There is a user with this id or email address already.');
        }
        const user = userView(await one(ports, id));
        await recordChange(ports, call, { what: 'user.create', about: id, before: null, after: user });
        const invitation = service === null ? await makeLink(ports, id, 'invitation') : null;
        return created({ user, invitation }, `/v1/users/${id}`);
      },
    }),
    route({
      id: 'makePasswordLink',
      method: 'post',
      path: '/v1/users/{id}/password-link',
      tag: 'people',
      summary: 'Make a link to set a password, good for 30 minutes (72 hours before the first password)',
      answers: { 201: linkShape },
      errors: ['service-agent'],
      handle: async (call) => {
        const user = await one(ports, call.params.id);
        if (user.service) throw new ApiError('service-agent');
        const link = await makeLink(ports, user._id, user.passwordHash === null ? 'invitation' : 'reset');
        await recordChange(ports, call, { what: 'user.password-link', about: user._id, before: null, after: null });
        return created(link, `/v1/users/${user._id}`);
      },
    }),
  ];
}

function editingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'editUser',
      method: 'patch',
      path: '/v1/users/{id}',
      tag: 'people',
      summary: 'Change name, role, groups, granted addresses; disable or enable',
      description: 'Disabling ends all sessions, stops API tokens, and passes on what rings at the user, at once.',
      body: object({}, { name: line(100), role: word(roles), groups, channels, disabled: flag(), service }),
      example: { channels: ['support'] },
      answers: { 200: userShape },
      errors: ['last-admin', 'temporal-away'],
      handle: async (call) => {
        const before = await one(ports, call.params.id);
        if (before.service && call.body.role !== undefined && call.body.role !== 'agent') throw wrongRole();
        await keepAnAdmin(ports, before, call.body);
        if (call.body.service !== undefined && !before.service) throw wrongBody('/service', NO_PROGRAM);
        const changes = Object.fromEntries(Object.entries(call.body).filter(([, value]) => value !== undefined));
        const after = userView((await store.users.change(before._id, changes)) ?? before);
        await takeBackLastAdmin(ports, before);
        await recordChange(ports, call, { what: 'user.change', about: after.id, before: userView(before), after });
        if (call.body.name !== undefined) await rename(ports, after.id, after.name);
        if (after.disabled) await shutOut(ports, after.id, call.caller.id, 'disabled');
        return ok(after);
      },
    }),
  ];
}
