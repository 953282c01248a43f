import { pageBySkip, skipOf } from '../http/cursor';
import { ok, route, type Route } from '../http/route';
import { anything, instant, named, nullable, object, page, text, whole } from '../http/schema';
import type { ApiPorts } from '../ports';
import { iso } from '../shapes/basics';

const auditShape = named(
  'AuditEntry',
  object({
    who: text(),
    when: instant('When it was changed.'),
    ip: nullable(text()),
    what: text({ description: 'channel.create, group.change, …' }),
    about: text({ description: 'Id of what was changed.' }),
    before: anything('The fields that differ, as they were; null when it was made.'),
    after: anything('The fields that differ, as they are; null when it was deleted.'),
  }),
);

/** The audit log: who changed which setting, when, from where. */
export const auditRoutes = ({ store }: ApiPorts): Route[] => [
  route({
    id: 'listAudit',
    method: 'get',
    path: '/v1/audit',
    tag: 'settings',
    summary: 'List changes of settings, newest first',
    query: object(
      {},
      {
        about: text({ max: 1000 }),
        who: text({ max: 100 }),
        what: text({ max: 100 }),
        limit: whole({ min: 1, max: 1000 }),
        cursor: text({ max: 200 }),
      },
    ),
    answers: { 200: page('AuditPage', auditShape) },
    errors: ['wrong-cursor'],
    handle: async ({ query }) => {
      const { limit = 200, cursor, ...search } = query;
      const skip = skipOf(cursor);
      const found = await store.audit.list({ ...search, limit: limit + 1, skip });
      const { items, next } = pageBySkip(found, limit, skip);
      return ok({
        items: items.map(({ who, when, ip, what, about, before, after }) => ({
          who,
          when: iso(when),
          ip,
          what,
          about,
          before,
          after,
        })),
        next,
      });
    },
  }),
];
