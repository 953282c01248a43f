import type { Group, GroupLetterhead } from '../../store/groups';
import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { ok, route, type Route } from '../http/route';
import { named, nullable, object, text, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { headerLine } from '../shapes/basics';

const letterheadShape = named(
  'Letterhead',
  object({
    teamName: nullable(headerLine(80, 'Name of the team in answers; null: the sender name of the channel.')),
    sender: nullable(word(['agent-and-team', 'team'], 'Whom answers name as sender; null: as the channel says.')),
    signature: nullable(
      text({
        max: 20_000,
        description:
          'HTML below the answer, above what it quotes; may hold {{ agent.name }}, {{ agent.signature }}, {{ team.name }}, {{ channel.name }}. Null: that of the channel; empty: none.',
      }),
    ),
  }),
);

const view = ({ letterhead }: Group): GroupLetterhead & TypeOf<typeof letterheadShape> => ({
  teamName: letterhead?.teamName ?? null,
  sender: letterhead?.sender ?? null,
  signature: letterhead?.signature ?? null,
});

/** How the answers of a group are signed. */
export const letterheadRoutes = (ports: ApiPorts): Route[] => {
  const { store, mail } = ports;
  const one = async (id: string): Promise<Group> => {
    const group = await store.groups.get(id);
    if (!group) throw notFound('group', id);
    return group;
  };
  return [
    route({
      id: 'readLetterhead',
      method: 'get',
      path: '/v1/groups/{id}/letterhead',
      tag: 'people',
      summary: 'Read how answers to enquiries of a group are signed',
      answers: { 200: letterheadShape },
      handle: async ({ params }) => ok(view(await one(params.id))),
    }),
    route({
      id: 'setLetterhead',
      method: 'put',
      path: '/v1/groups/{id}/letterhead',
      tag: 'people',
      summary: 'Say how answers to enquiries of a group are signed',
      description: 'The signature is sanitised. The footer is always that of the channel.',
      body: letterheadShape,
      example: { teamName: 'Day desk', sender: 'team', signature: '<p>{{ agent.name }}<br>{{ team.name }}</p>' },
      answers: { 200: letterheadShape },
      handle: async (call) => {
        const before = await one(call.params.id);
        const { signature, ...rest } = call.body;
        const clean = signature === null ? null : mail.sanitizeAgentHtml(signature).html;
        const after = (await store.groups.setLetterhead(before._id, { ...rest, signature: clean })) ?? before;
        const change = { what: 'group.letterhead', about: before._id, before: { ...view(before) } };
        await recordChange(ports, call, { ...change, after: { ...view(after) } });
        return ok(view(after));
      },
    }),
  ];
};
