import { fieldKinds, type ContactField } from '../../store/contact-fields';
import { notFound, wrongBody } from '../api-error';
import { recordChange } from '../audit-trail';
import { nothing, ok, route, type Route } from '../http/route';
import { list, named, object, text, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { line, mustBeSlug } from '../shapes/basics';

const fieldShape = named(
  'ContactField',
  object({
    id: text(),
    title: text(),
    kind: word(fieldKinds, 'A date is written as 2026-03-02.'),
    choices: list(text(), { description: 'Of a choice; else empty.' }),
  }),
);

const view = ({ _id: id, title, kind, choices }: ContactField): TypeOf<typeof fieldShape> => ({
  id,
  title,
  kind,
  choices,
});

/** Custom fields of contacts, defined by admins. */
export const contactFieldRoutes = (ports: ApiPorts): Route[] => {
  const { store } = ports;
  const one = async (id: string) => (await store.contactFields.list()).find((field) => field._id === id) ?? null;
  return [
    route({
      id: 'listContactFields',
      method: 'get',
      path: '/v1/contact-fields',
      tag: 'contacts',
      summary: 'List the custom fields contacts have',
      answers: { 200: named('ContactFieldList', object({ items: list(fieldShape) })) },
      handle: async () => ok({ items: (await store.contactFields.list()).map(view) }),
    }),
    route({
      id: 'saveContactField',
      method: 'put',
      path: '/v1/contact-fields/{id}',
      tag: 'contacts',
      summary: 'Make a custom field, or change it; values that no longer fit stay until somebody edits them',
      body: object({ title: line(100), kind: word(fieldKinds) }, { choices: list(line(100), { min: 1, max: 100 }) }),
      example: { title: 'Tier', kind: 'choice', choices: ['gold', 'silver'] },
      answers: { 200: fieldShape },
      handle: async (call) => {
        const { id } = call.params;
        mustBeSlug(id);
        const { title, kind, choices = [] } = call.body;
        const what = kind === 'choice' ? 'must name at least one choice' : 'belong to the kind "choice" only';
        if ((kind === 'choice') !== choices.length > 0) throw wrongBody('choices', what);
        const before = await one(id);
        const after = view(await store.contactFields.save(id, { title, kind, choices: [...new Set(choices)] }));
        await recordChange(ports, call, {
          what: 'contact-field.save',
          about: id,
          before: before && view(before),
          after,
        });
        return ok(after);
      },
    }),
    route({
      id: 'deleteContactField',
      method: 'delete',
      path: '/v1/contact-fields/{id}',
      tag: 'contacts',
      summary: 'Delete a custom field; what contacts hold of it is shown no more',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const before = await one(call.params.id);
        if (!before || !(await store.contactFields.remove(before._id))) throw notFound('contact field', call.params.id);
        const change = { what: 'contact-field.delete', about: before._id, before: view(before), after: null };
        await recordChange(ports, call, change);
        return nothing();
      },
    }),
  ];
};
