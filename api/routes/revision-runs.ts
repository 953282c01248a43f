import { notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { pageBySkip, skipOf } from '../http/cursor';
import { ok, route, type Call, type Route } from '../http/route';
import { list, named, object, page, text, whole } from '../http/schema';
import type { ApiPorts } from '../ports';
import { line } from '../shapes/basics';
import { enquirySummaryShape, summaryView } from '../shapes/enquiry';
import { sightOf } from '../visibility';

const AT_A_TIME = 200;

/** What runs on a revision, and the brake on its automatic mail. */
export const revisionRunRoutes = (ports: ApiPorts): Route[] => [...readingRoutes(ports), ...mailRoutes(ports)];

/** Number of the revision a path names. @throws ApiError when there is none */
export async function revisionOf({ store }: ApiPorts, params: { id: string; revision: string }): Promise<number> {
  const number = /^\d{1,9}$/.test(params.revision) ? Number(params.revision) : 0;
  const revision = await store.flows.revision(params.id, number);
  if (!revision) throw notFound('revision', `${params.id} ${params.revision}`);
  return number;
}

/** Ids of all open enquiries that run on a revision. */
export async function openOn({ store }: Pick<ApiPorts, 'store'>, flow: string, revision: number): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const some = await store.enquiries.open.list({ flow, revision, limit: AT_A_TIME, skip: ids.length });
    ids.push(...some.map(({ _id }) => _id));
    if (some.length < AT_A_TIME) return ids;
  }
}

function readingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'countRunning',
      method: 'get',
      path: '/v1/flows/{id}/running',
      tag: 'settings',
      summary: 'How many open enquiries run on which revision of a flow',
      answers: {
        200: named('Running', object({ items: list(object({ revision: whole(), open: whole() })) })),
      },
      handle: async ({ params }) => {
        if (!(await store.flows.get(params.id))) throw notFound('flow', params.id);
        return ok({ items: await store.enquiries.open.byRevision(params.id) });
      },
    }),
    route({
      id: 'listRunning',
      method: 'get',
      path: '/v1/flows/{id}/revisions/{revision}/enquiries',
      tag: 'settings',
      summary: 'Open enquiries that run on a revision, of those you may see',
      query: object({}, { limit: whole({ min: 1, max: 200 }), cursor: text({ max: 200 }) }),
      answers: { 200: page('RunningPage', enquirySummaryShape) },
      errors: ['wrong-cursor'],
      handle: async ({ params, query, caller }) => {
        const revision = await revisionOf(ports, params);
        const { limit = 50, cursor } = query;
        const skip = skipOf(cursor);
        const sight = sightOf(caller);
        const seen = sight ? { visibleTo: sight } : {};
        const filter = { flow: params.id, revision, ...seen, limit: limit + 1, skip };
        return ok(pageBySkip((await store.enquiries.open.list(filter)).map(summaryView), limit, skip));
      },
    }),
  ];
}

function mailRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  const stoppedShape = named(
    'MailStopped',
    object({
      changed: whole({ description: 'Enquiries it concerned.' }),
      held: whole({ description: 'Automatic mails that were queued and are held now.' }),
    }),
  );
  async function mark(call: Call<'/{id}/{revision}'>, reason: string | null) {
    const revision = await revisionOf(ports, call.params);
    const said = { by: call.caller.id, at: now() };
    const changed = new Set<string>();
    for (const id of await openOn(ports, call.params.id, revision)) {
      if (await store.enquiries.stopMail(id, reason === null ? null : { ...said, reason }, said)) changed.add(id);
    }
    const because = `automatic mail of the enquiry was stopped: ${reason}`;
    const held = reason === null ? 0 : await store.outbox.holdAutomaticOf(changed, because);
    const what = reason === null ? 'flow.mail-go-on' : 'flow.mail-stop';
    const after = { revision, reason, enquiries: changed.size };
    await recordChange(ports, call, { what, about: call.params.id, before: null, after });
    return ok({ changed: changed.size, held });
  }
  return [
    route({
      id: 'stopRevisionMail',
      method: 'post',
      path: '/v1/flows/{id}/revisions/{revision}/stop-mail',
      tag: 'settings',
      summary: 'Stop the automatic mail of all enquiries that run on a revision',
      description:
        'They run on; auto-replies and notices of theirs do not leave any more, and those that are queued are held. Answers of agents leave as ever. Each story tells it.',
      body: object({ reason: line(200, 'Why, for colleagues.') }),
      example: { reason: 'Revision 4 answers with the wrong template.' },
      answers: { 200: stoppedShape },
      handle: (call) => mark(call, call.body.reason.replace(/[.\s]+$/, '')),
    }),
    route({
      id: 'allowRevisionMail',
      method: 'delete',
      path: '/v1/flows/{id}/revisions/{revision}/stop-mail',
      tag: 'settings',
      summary: 'Let the automatic mail of enquiries on a revision go again; what is held stays held',
      answers: { 200: stoppedShape },
      handle: (call) => mark(call, null),
    }),
  ];
}
