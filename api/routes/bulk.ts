import { randomUUID } from 'node:crypto';
import type { Job } from '../../store/jobs';
import type { BulkAsked } from '../../workflows/messages';
import { destinationOf, mustBeAhead, mustExist } from '../act-guards';
import { ApiError, notFound } from '../api-error';
import { bulkActs, enquiriesOf, foretell, MOST_OF_BULK, updateOf, type WantedBulk } from '../bulk-acts';
import { foretellMerge } from '../bulk-merge';
import type { Caller } from '../caller';
import { created, ok, route, type Route } from '../http/route';
import { flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { newJob } from '../jobs';
import type { ApiPorts } from '../ports';
import { digestOfAsked } from '../wanted-act';
import { line, tagList, transferTarget } from '../shapes/basics';
import { slaStandings, statuses } from '../shapes/enquiry';
import { jobShape, jobView } from '../shapes/job';

const bulkBody = object(
  { act: word(bulkActs, 'What is done to each.') },
  {
    ids: list(text({ min: 1, max: 100 }), {
      max: MOST_OF_BULK,
      description: 'Which enquiries, by id or number; or give "filter".',
    }),
    filter: object(
      {},
      {
        status: list(word(statuses), { max: statuses.length }),
        mine: flag(),
        unassigned: flag(),
        attention: flag(),
        group: text({ max: 100 }),
        channel: text({ max: 100 }),
        contact: text({ max: 100 }),
        tag: text({ max: 100 }),
        sla: list(word(slaStandings), { max: slaStandings.length }),
      },
    ),
    disposition: line(100, 'close: what came of them.'),
    notify: flag('close: false closes without notices.'),
    add: tagList,
    remove: tagList,
    to: transferTarget,
    until: instant('snooze: when they return.'),
    agent: text({ min: 1, max: 100, description: 'assign: who gets them.' }),
    confirm: flag('merge: true: some are of different contacts, and you know.'),
  },
);

const previewShape = named(
  'BulkPreview',
  object({
    count: whole({ description: 'Enquiries it is done to.' }),
    refused: whole({ description: 'Enquiries that stay as they are.' }),
    into: nullable(text({ description: 'merge: the eldest, which takes the others in; null for other acts.' })),
    refusals: list(
      object({
        enquiry: text(),
        number: nullable(whole()),
        code: text({ description: 'Why, as a code of the errors’ catalogue.' }),
      }),
      { description: 'The first 1,000 of them.' },
    ),
  }),
);

/** Acts on many enquiries: first a look at what would come of them, then a job that outlives restarts. */
export const bulkRoutes = (ports: ApiPorts): Route[] => [...askingRoutes(ports), ...lookingRoutes(ports)];

interface Prepared {
  asked: BulkAsked;
  preview: TypeOf<typeof previewShape>;
}

async function prepare(ports: ApiPorts, caller: Caller, body: TypeOf<typeof bulkBody>): Promise<Prepared> {
  const { to, ...rest } = body;
  const wanted: WantedBulk = { ...rest, ...(to ? { to: await destinationOf(ports, to) } : {}) };
  if (wanted.to) await mustExist(ports, wanted.to, '/to/agent');
  if (wanted.agent !== undefined) await mustExist(ports, { agent: wanted.agent }, '/agent');
  if (wanted.until !== undefined) mustBeAhead(ports, new Date(wanted.until).getTime());
  const chosen = await enquiriesOf(ports, caller, wanted);
  const what = updateOf(caller, wanted, chosen.seen);
  const { seen } = chosen;
  const merging = what.update === 'merge';
  const parted = merging ? await foretellMerge(ports, caller, { seen, confirm: body.confirm ?? false }) : [];
  const refusals = [...foretell(caller, what, chosen), ...parted];
  const into = merging ? String(what.input['into']) : null;
  const left = new Set([...refusals.map(({ enquiry }) => enquiry), into]);
  const ids = chosen.seen.flatMap(({ _id }) => (left.has(_id) ? [] : [_id]));
  return {
    asked: { ids, ...what },
    preview: { count: ids.length, refused: refusals.length, into, refusals: refusals.slice(0, 1000) },
  };
}

function askingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'previewBulk',
      method: 'post',
      path: '/v1/bulk/preview',
      tag: 'enquiries',
      summary: 'What an act on many enquiries would come to; nothing is done',
      body: bulkBody,
      example: { act: 'close', filter: { tag: 'advertising' }, notify: false },
      answers: { 200: previewShape },
      errors: ['wrong-role', 'not-found'],
      handle: async ({ caller, body }) => ok((await prepare(ports, caller, body)).preview),
    }),
    route({
      id: 'startBulk',
      method: 'post',
      path: '/v1/bulk',
      tag: 'enquiries',
      summary: 'Do something to many enquiries',
      description:
        'Answers a job at once; GET /v1/bulk/{id} says how far it is and which enquiries stayed as they were. It goes on after a restart, one enquiry after the other. What the preview refuses is left out.',
      body: bulkBody,
      example: { act: 'tag', ids: ['e1', 'e2'], add: ['outage'] },
      answers: { 201: jobShape },
      errors: ['wrong-role', 'not-found', 'key-used-otherwise'],
      handle: async (call) => {
        const { caller, body, key } = call;
        const { asked, preview } = await prepare(ports, caller, body);
        const request = digestOfAsked(body);
        const ip = call.request.ip ?? null;
        const job = jobOf(caller, { act: body.act, asked: { ...asked, request, ip }, preview }, { key, at: now() });
        const made = await store.jobs.start(job);
        // Where this is not come to, whoever carries it out says it.
        if (made) await store.audit.addBulk(job);
        const stands = made ? job : ((await store.jobs.get(job._id, now())) ?? job);
        if (stands.asked?.['request'] !== request) throw new ApiError('key-used-otherwise');
        return created(jobView(stands), `/v1/bulk/${encodeURIComponent(job._id)}`);
      },
    }),
  ];
}

/** The same key is the same job. */
function jobOf(
  { id: by }: Caller,
  { act, asked, preview: { refusals, refused } }: Prepared & { act: string },
  { key, at }: { key: string | null | undefined; at: Date },
): Job {
  const left = refusals.map(({ enquiry, code }) => ({ enquiry, code }));
  return {
    ...newJob({ kind: 'bulk', about: act, asked: { ...asked }, by }, at),
    // No id of a user has a colon in it: nobody's job is found under the key of somebody else.
    _id: `b:${by}:${key ?? randomUUID()}`,
    total: asked.ids.length,
    result: { refusals: left, refused },
  };
}

function lookingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  const mine = async (caller: Caller, id: string) => {
    const job = await store.jobs.get(id, now());
    if (job?.kind !== 'bulk' || (job.by !== caller.id && caller.role !== 'admin')) throw notFound('bulk job', id);
    return job;
  };
  return [
    route({
      id: 'readBulk',
      method: 'get',
      path: '/v1/bulk/{id}',
      tag: 'enquiries',
      summary: 'How far an act of mine on many enquiries is, and which stayed as they were',
      answers: { 200: jobShape },
      handle: async ({ caller, params }) => ok(jobView(await mine(caller, params.id))),
    }),
    route({
      id: 'cancelBulk',
      method: 'delete',
      path: '/v1/bulk/{id}',
      tag: 'enquiries',
      summary: 'Stop an act of mine on many enquiries; what was done stays',
      answers: { 200: jobShape },
      errors: ['wrong-state'],
      handle: async ({ caller, params }) => {
        const job = await mine(caller, params.id);
        if (!(await store.jobs.cancel(job._id))) {
          throw new ApiError('wrong-state', `It is ${job.state} already.`, { state: job.state });
        }
        return ok(jobView(await mine(caller, job._id)));
      },
    }),
  ];
}
