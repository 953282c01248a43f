import type { User } from '../../store/users';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { ok, route, type Call, type Route } from '../http/route';
import { named, object, text, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';

const signatureShape = named(
  'Signature',
  object({
    html: text({
      max: 20_000,
      description:
        'Stands in answers where the letterhead asks for {{ agent.signature }}, or by itself where group and channel have no signature. Empty: none, the name stands there.',
    }),
  }),
);
const example = { html: '<p>Ann Archer<br>Returns, weekdays 9 to 5</p>' };
const description = 'It is sanitised. Answers whose sender is the team show nobody’s.';

const view = ({ signature = '' }: User): TypeOf<typeof signatureShape> => ({ html: signature });

/** What agents sign with: each sets his own, admins anybody's. */
export const signatureRoutes = (ports: ApiPorts): Route[] => [
  route({
    id: 'readMySignature',
    method: 'get',
    path: '/v1/signature',
    tag: 'people',
    summary: 'Read my own signature',
    answers: { 200: signatureShape },
    handle: async ({ caller }) => ok(view(await one(ports, caller.id))),
  }),
  route({
    id: 'setMySignature',
    method: 'put',
    path: '/v1/signature',
    tag: 'people',
    summary: 'Set my own signature',
    description,
    body: signatureShape,
    example,
    answers: { 200: signatureShape },
    handle: async (call) => ok(await set(ports, call, call.caller.id, call.body.html)),
  }),
  route({
    id: 'readSignature',
    method: 'get',
    path: '/v1/users/{id}/signature',
    tag: 'people',
    summary: 'Read a user’s signature',
    answers: { 200: signatureShape },
    handle: async ({ params }) => ok(view(await one(ports, params.id))),
  }),
  route({
    id: 'setSignature',
    method: 'put',
    path: '/v1/users/{id}/signature',
    tag: 'people',
    summary: 'Set a user’s signature',
    description,
    body: signatureShape,
    example,
    answers: { 200: signatureShape },
    handle: async (call) => ok(await set(ports, call, call.params.id, call.body.html)),
  }),
];

async function one({ store }: ApiPorts, id: string): Promise<User> {
  const user = await store.users.get(id);
  if (!user || user.removed) throw notFound('user', id);
  return user;
}

async function set(ports: ApiPorts, call: Pick<Call, 'caller' | 'request'>, id: string, html: string) {
  const before = await one(ports, id);
  const signature = ports.mail.sanitizeAgentHtml(html).html;
  const after = view((await ports.store.users.change(id, { signature })) ?? before);
  await recordChange(ports, call, { what: 'user.signature', about: id, before: view(before), after });
  return after;
}
