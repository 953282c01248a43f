import { readFlowTests } from '../../flows';
import type { FlowDocument } from '../../store/flows';
import { ApiError, notFound, wrongBody } from '../api-error';
import { findingsOf } from '../flow-findings';
import { ok, route, type Route } from '../http/route';
import { list, named, nullable, object, text, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { mustBeSlug } from '../shapes/basics';
import { findingShape, flowShape, flowView, revisionShape, revisionView } from '../shapes/flow';
import { publishRoutes } from './publishing';

/** Flows: drafts that may be saved at any time, and published copies that never change. */
export const flowRoutes = (ports: ApiPorts): Route[] => [
  ...listRoutes(ports),
  ...draftRoutes(ports),
  ...publishRoutes(ports),
  ...revisionRoutes(ports),
];

const EXAMPLE =
  '{ "$schema": "https://ringpost.dev/schema/flow-1.json", "id": "support-desk", "title": "Support desk", "start": "end", "nodes": { "end": { "type": "close", "reason": "done", "notify": false } } }';
const flowText = text({ max: 200_000, description: 'The flow as JSON text.' });
const flowTests = text({ max: 500_000, description: 'JSON text: { "tests": [ … ] }.' });
const findingsShape = named('Findings', object({ findings: list(findingShape) }));

async function one({ store }: ApiPorts, id: string): Promise<FlowDocument> {
  const flow = await store.flows.get(id);
  if (!flow) throw notFound('flow', id);
  return flow;
}

async function view(ports: ApiPorts, flow: FlowDocument, wholeText = true): Promise<TypeOf<typeof flowShape>> {
  const channels = (await ports.store.channels.list()).flatMap((channel) =>
    channel.flow?.id === flow._id ? [{ channel: channel._id, revision: channel.flow.revision }] : [],
  );
  return flowView(flow, channels, wholeText);
}

function listRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'listFlows',
      method: 'get',
      path: '/v1/flows',
      tag: 'settings',
      summary: 'List flows',
      answers: { 200: named('FlowList', object({ items: list(flowShape) })) },
      handle: async () => {
        const flows = await ports.store.flows.list();
        return ok({ items: await Promise.all(flows.map((flow) => view(ports, flow, false))) });
      },
    }),
    route({
      id: 'readFlow',
      method: 'get',
      path: '/v1/flows/{id}',
      tag: 'settings',
      summary: 'Read a flow with its draft',
      answers: { 200: flowShape },
      handle: async ({ params }) => ok(await view(ports, await one(ports, params.id))),
    }),
    route({
      id: 'checkFlow',
      method: 'post',
      path: '/v1/flows/check',
      tag: 'settings',
      summary: 'Check a flow without saving it',
      body: object({ text: flowText }),
      example: { text: EXAMPLE },
      answers: { 200: findingsShape },
      handle: async ({ body }) => ok({ findings: await findingsOf(ports, body.text) }),
    }),
  ];
}

function draftRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'saveFlowDraft',
      method: 'put',
      path: '/v1/flows/{id}/draft',
      tag: 'settings',
      summary: 'Save the draft, errors or not; makes the flow when there is none',
      description:
        'With "expectedSha256", the digest of the draft you started from, nobody else\'s work is overwritten. "tests" are the tests beside it; left out, those there stay; null takes them away.',
      body: object(
        { text: flowText },
        { tests: nullable(flowTests), expectedSha256: text({ max: 64, description: 'Digest you started from.' }) },
      ),
      example: { text: EXAMPLE },
      answers: { 200: named('SavedDraft', object({ flow: flowShape, findings: list(findingShape) })) },
      errors: ['changed-meanwhile'],
      handle: async (call) => {
        const { id } = call.params;
        mustBeSlug(id);
        const { text: flow, tests, expectedSha256: expected } = call.body;
        const read = typeof tests === 'string' ? readFlowTests(tests) : null;
        if (read && 'fault' in read) throw wrongBody('/tests', read.fault);
        const save = { id, title: titleOf(flow) ?? id, text: flow, by: call.caller.id, now: now() };
        const whole = { ...save, ...(tests === undefined ? {} : { tests }) };
        const saved = await store.flows
          .saveDraft(expected === undefined ? whole : { ...whole, expected })
          .catch((error: unknown) => {
            if (error instanceof Error && error.name === 'Conflict') throw new ApiError('changed-meanwhile');
            throw error;
          });
        return ok({ flow: await view(ports, saved), findings: await findingsOf(ports, flow) });
      },
    }),
  ];
}

function revisionRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listRevisions',
      method: 'get',
      path: '/v1/flows/{id}/revisions',
      tag: 'settings',
      summary: 'List published revisions, newest first',
      answers: { 200: named('RevisionList', object({ items: list(revisionShape) })) },
      handle: async ({ params }) => {
        const flow = await one(ports, params.id);
        return ok({ items: (await store.flows.revisionsOf(flow._id)).map((each) => revisionView(each, false)) });
      },
    }),
    route({
      id: 'readRevision',
      method: 'get',
      path: '/v1/flows/{id}/revisions/{revision}',
      tag: 'settings',
      summary: 'Read a published revision',
      answers: { 200: revisionShape },
      handle: async ({ params }) => {
        const number = /^\d{1,9}$/.test(params.revision) ? Number(params.revision) : 0;
        const revision = await store.flows.revision(params.id, number);
        if (!revision) throw notFound('revision', `${params.id} ${params.revision}`);
        return ok(revisionView(revision, true));
      },
    }),
  ];
}

function titleOf(flow: string): string | null {
  try {
    const parsed: unknown = JSON.parse(flow);
    const title = typeof parsed === 'object' && parsed !== null && 'title' in parsed ? parsed.title : null;
    return typeof title === 'string' && title !== '' ? title.slice(0, 200) : null;
  } catch {
    return null;
  }
}
