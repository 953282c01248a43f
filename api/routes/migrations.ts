import { recordChange } from '../audit-trail';
import { seenEnquiry } from '../enquiry-guard';
import { startJob } from '../jobs';
import { destinationOf, migrateEnquiry } from '../migrate-enquiry';
import { ok, route, type Route } from '../http/route';
import { dictionary, flag, list, named, object, text } from '../http/schema';
import type { Job } from '../../store/jobs';
import type { ApiPorts } from '../ports';
import { line } from '../shapes/basics';
import { jobShape, jobView } from '../shapes/job';
import { revisionNumber } from '../shapes/live';
import { openOn, revisionOf } from './revision-runs';

const REFUSED_KEPT = 500;
const map = dictionary(line(100), 'Nodes of the new revision by those of the old one, where their names differ.');
const dryRun = flag('Nothing is changed; every refusal is told.');

/** Enquiries that go on with another revision, one or all. */
export const migrationRoutes = (ports: ApiPorts): Route[] => [singleRoute(ports), bulkRoute(ports)];

function singleRoute(ports: ApiPorts): Route {
  return route({
    id: 'migrateEnquiry',
    method: 'post',
    path: '/v1/enquiries/{id}/migrate',
    tag: 'enquiries',
    summary: 'Let an enquiry go on with another revision of its flow',
    description:
      'Only while it rests in a wait or a ring, at a node the new revision has too (or that "map" names), and with variables that fit. The state stays, the time left as well; nothing is done twice. "refusals" are all reasons why not.',
    body: object({ revision: revisionNumber }, { map, dryRun }),
    example: { revision: 4, dryRun: true },
    answers: { 200: named('Migration', object({ migrated: flag(), refusals: list(text()) })) },
    handle: async (call) => {
      const enquiry = await seenEnquiry(ports, call.caller, call.params.id);
      const { revision, map: names, dryRun: dry = false } = call.body;
      const to = await destinationOf(ports, { flow: enquiry.flow.id, revision, map: names });
      const wanted = { enquiry: enquiry._id, to, dryRun: dry, by: call.caller.id, key: call.key };
      const outcome = await migrateEnquiry(ports, wanted);
      if ('refusals' in outcome) return ok({ migrated: false, refusals: outcome.refusals });
      if (!dry) {
        const [before, after] = [{ revision: enquiry.flow.revision }, { revision }];
        await recordChange(ports, call, { what: 'enquiry.migrate', about: enquiry._id, before, after });
      }
      return ok({ migrated: !dry, refusals: [] });
    },
  });
}

function bulkRoute(ports: ApiPorts): Route {
  return route({
    id: 'migrateRevision',
    method: 'post',
    path: '/v1/flows/{id}/revisions/{revision}/migrate',
    tag: 'settings',
    summary: 'Let all enquiries of a revision that can go on with another; first with "dryRun"',
    description:
      'Answers a job: GET /v1/jobs/{id} tells how far it is, DELETE stops it. Its result names how many could go on ("movable"), how many did ("moved") and each refusal with its reasons.',
    body: object({ to: revisionNumber }, { map, dryRun }),
    example: { to: 4, dryRun: true },
    answers: { 200: jobShape },
    errors: ['too-many-jobs'],
    handle: async (call) => {
      const from = await revisionOf(ports, call.params);
      const { to: revision, map: names, dryRun: dry = false } = call.body;
      const flow = call.params.id;
      await destinationOf(ports, { flow, revision, map: names });
      const asked: AskedMigration = { from, to: revision, map: names ?? {}, dryRun: dry };
      if (!dry) await recordChange(ports, call, { what: 'flow.migrate', about: flow, before: null, after: asked });
      return ok(jobView(await beginMigration(ports, { flow, asked, by: call.caller.id })));
    },
  });
}

/** What is asked of a migration of all enquiries of a revision. */
export type AskedMigration = { from: number; to: number; map: Record<string, string>; dryRun: boolean };

/** Starts it as a job. Who has moved already is not among those that are left, so it may be asked for again. */
export async function beginMigration(
  ports: ApiPorts,
  { flow, asked, by }: { flow: string; asked: AskedMigration; by: string },
): Promise<Job> {
  const { from, to: revision, map: names, dryRun } = asked;
  const to = await destinationOf(ports, { flow, revision, map: names });
  return startJob(ports, { kind: 'migration', about: flow, asked, by }, async ({ id, beat }) => {
    const ids = await openOn(ports, flow, from);
    const found = { dryRun, movable: 0, moved: 0, refusedInAll: 0 };
    const refused: { enquiry: string; refusals: string[] }[] = [];
    const result = () => ({ ...found, refused });
    for (const [index, enquiry] of ids.entries()) {
      if (!(await beat({ done: index, total: ids.length, result: result() }))) {
        return { result: result(), done: index, cancelled: true };
      }
      const outcome = await migrateEnquiry(ports, { enquiry, to, dryRun, by, key: `${id}/${enquiry}` });
      if ('refusals' in outcome) {
        found.refusedInAll += 1;
        if (refused.length < REFUSED_KEPT) refused.push({ enquiry, refusals: outcome.refusals });
      } else {
        found.movable += 1;
        if (!dryRun) found.moved += 1;
      }
    }
    return { result: result(), done: ids.length, cancelled: false };
  });
}
