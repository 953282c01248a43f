import { randomUUID } from 'node:crypto';
import type { ResponseScope, ResponseText, StandardResponse } from '../../store/standard-responses';
import { ApiError, notFound, wrongBody } from '../api-error';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { pageBySkip, skipOf } from '../http/cursor';
import { created, nothing, ok, route, type Call, type Route } from '../http/route';
import { either, list, nullable, object, page, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { headerLine, line, slug } from '../shapes/basics';
import { responseShape, view } from '../shapes/standard-response';
import { isFound, language, mayUse, mustKeep, usable } from '../standard-responses';

const texts = list(
  object({ language: nullable(language), subject: headerLine(500), html: text({ min: 1, max: 100_000 }) }),
  {
    min: 1,
    max: 30,
    description:
      'A version per language; null: for any other. Places: {{ contact.name }}, contact.firstName, contact.lastName, contact.address, enquiry.number, enquiry.subject, agent.name, team.name, channel.name, channel.address; {{ contact.firstName | there }} has words for an empty value.',
  },
);
const content = {
  title: line(100, 'As agents find it.'),
  shortcut: headerLine(40, 'What an agent types for it; may be empty.'),
  scope: either(
    object({ for: word(['all']) }),
    object({ for: word(['group']), group: slug('Id of the group.') }),
    object({ for: word(['own']) }),
  ),
  texts,
};

/** Standard responses: texts that agents put into their answers. */
export const standardResponseRoutes = (ports: ApiPorts): Route[] => [
  ...readingRoutes(ports),
  ...keepingRoutes(ports),
  ...changingRoutes(ports),
];

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'listStandardResponses',
      method: 'get',
      path: '/v1/standard-responses',
      tag: 'enquiries',
      summary: 'List the standard responses I may use, by title: everybody’s, those of my groups, my own',
      query: object(
        {},
        {
          q: text({ max: 100, description: 'Words that stand in title, shortcut or text.' }),
          group: text({ max: 100, description: 'Only what an enquiry of this group may use.' }),
          limit: whole({ min: 1, max: 200 }),
          cursor: text({ max: 200 }),
        },
      ),
      answers: { 200: page('StandardResponsePage', responseShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        const { q = '', group, limit = 50 } = query;
        const skip = skipOf(query.cursor);
        const fits = (each: StandardResponse): boolean =>
          mayUse(caller, each.scope) &&
          (group === undefined || each.scope.for !== 'group' || each.scope.group === group) &&
          (q.trim() === '' || isFound(each, q.trim()));
        const found = (await ports.store.standardResponses.list()).filter(fits);
        return ok(pageBySkip(found.slice(skip, skip + limit + 1).map(view), limit, skip));
      },
    }),
    route({
      id: 'readStandardResponse',
      method: 'get',
      path: '/v1/standard-responses/{id}',
      tag: 'enquiries',
      summary: 'Read one standard response',
      answers: { 200: responseShape },
      handle: async ({ caller, params }) => ok(view(await usable(ports, caller, params.id))),
    }),
  ];
}

interface Written {
  scope: TypeOf<(typeof content)['scope']>;
  texts: ResponseText[];
}

/** What was sent as it is kept: whose it is, and texts that are clean, one a language. */
async function kept({ store, mail }: ApiPorts, caller: Caller, { scope, texts: versions }: Written) {
  const whose: ResponseScope = scope.for === 'own' ? { for: 'own', user: caller.id } : scope;
  mustKeep(caller, whose);
  if (whose.for === 'group' && !(await store.groups.get(whose.group))) throw notFound('group', whose.group);
  const twice = versions.findIndex(
    (each, index) => versions.findIndex((one) => one.language === each.language) < index,
  );
  if (twice >= 0) throw wrongBody(`/texts/${twice}/language`, 'has a version already; keep one per language');
  const clean = versions.map((each) => ({ ...each, html: mail.sanitizeAgentHtml(each.html).html }));
  return { scope: whose, texts: clean };
}

const changed = ({ now }: ApiPorts, { caller }: Pick<Call, 'caller'>) => ({ changedBy: caller.id, changedAt: now() });

function keepingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'createStandardResponse',
      method: 'post',
      path: '/v1/standard-responses',
      tag: 'enquiries',
      summary: 'Write a standard response: my own, or as supervisor of my groups or of everybody',
      body: object({ title: content.title, scope: content.scope, texts }, { shortcut: content.shortcut }),
      example: {
        title: 'Sent today',
        scope: { for: 'own' },
        texts: [{ language: null, subject: '', html: '<p>Dear {{ contact.name | customer }}, it left today.</p>' }],
      },
      answers: { 201: responseShape },
      errors: ['not-found'],
      handle: async (call) => {
        const { title, shortcut = '' } = call.body;
        const fields = await kept(ports, call.caller, call.body);
        const response = { _id: randomUUID(), title, shortcut, ...fields, revision: 1, ...changed(ports, call), v: 1 };
        await store.standardResponses.create(response);
        const after = view(response);
        await recordChange(ports, call, { what: 'standard-response.create', about: after.id, before: null, after });
        return created(after, `/v1/standard-responses/${after.id}`);
      },
    }),
  ];
}

function changingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'editStandardResponse',
      method: 'put',
      path: '/v1/standard-responses/{id}',
      tag: 'enquiries',
      summary: 'Change a standard response',
      body: object({ ...content, revision: whole({ min: 1, description: 'The revision this was written on.' }) }),
      example: {
        title: 'Sent today',
        shortcut: 'sent',
        scope: { for: 'own' },
        texts: [{ language: null, subject: '', html: '<p>It left today.</p>' }],
        revision: 1,
      },
      answers: { 200: responseShape },
      errors: ['changed-meanwhile'],
      handle: async (call) => {
        const before = await usable(ports, call.caller, call.params.id);
        mustKeep(call.caller, before.scope);
        const { title, shortcut, revision } = call.body;
        const fields = { title, shortcut, ...(await kept(ports, call.caller, call.body)), ...changed(ports, call) };
        const after = await store.standardResponses.change(before._id, revision, fields);
        if (!after) throw new ApiError('changed-meanwhile');
        const change = { what: 'standard-response.change', about: before._id, before: view(before) };
        await recordChange(ports, call, { ...change, after: view(after) });
        return ok(view(after));
      },
    }),
    route({
      id: 'deleteStandardResponse',
      method: 'delete',
      path: '/v1/standard-responses/{id}',
      tag: 'enquiries',
      summary: 'Delete a standard response',
      answers: { 204: 'nothing' },
      handle: async (call) => {
        const before = await usable(ports, call.caller, call.params.id);
        mustKeep(call.caller, before.scope);
        await store.standardResponses.remove(before._id);
        const about = { what: 'standard-response.delete', about: before._id };
        await recordChange(ports, call, { ...about, before: view(before), after: null });
        return nothing();
      },
    }),
  ];
}
