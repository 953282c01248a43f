import { canonical, checkFlow, parseFlow, type Finding } from '../../flows';
import type { FlowDocument } from '../../store/flows';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { ok, route, type Route } from '../http/route';
import { list, named, object, text, type TypeOf } from '../http/schema';
import { knownLists } from '../known-lists';
import type { ApiPorts } from '../ports';
import { line, mustBeSlug } from '../shapes/basics';
import { findingShape, flowShape, flowView, revisionShape, revisionView } from '../shapes/flow';

/** Flows: drafts that may be saved at any time, and published copies that never change. */
export const flowRoutes = (ports: ApiPorts): Route[] => [
  ...listRoutes(ports),
  ...draftRoutes(ports),
  publishRoute(ports),
  ...revisionRoutes(ports),
];

const EXAMPLE =
  '{ "$schema": "https://ringpost.dev/schema/flow-1.json", "id": "support-desk", "title": "Support desk", "start": "end", "nodes": { "end": { "type": "close", "reason": "done", "notify": false } } }';
const flowText = text({ max: 200_000, description: 'The flow as JSON text.' });
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

/** Checks a flow's text against what exists here. */
async function findingsOf({ store }: ApiPorts, flow: string): Promise<Finding[]> {
  const [groups, agents, templates, lists, flows] = await Promise.all([
    store.groups.list(),
    store.agents.list(),
    store.templates.list(),
    knownLists(store),
    store.flows.list(),
  ]);
  const ids = (all: { _id: string }[]): string[] => all.map(({ _id }) => _id);
  return checkFlow(flow, {
    groups: ids(groups),
    emptyGroups: ids(groups.filter((group) => group.agents.length === 0)),
    agents: ids(agents),
    templates: ids(templates),
    lists: lists.map(({ list: name }) => name),
    flows: ids(flows.filter(({ lastRevision }) => lastRevision > 0)),
  });
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
        'With "expectedSha256", the digest of the draft you started from, nobody else\'s work is overwritten.',
      body: object({ text: flowText }, { expectedSha256: text({ max: 64 }) }),
      example: { text: EXAMPLE },
      answers: { 200: named('SavedDraft', object({ flow: flowShape, findings: list(findingShape) })) },
      errors: ['changed-meanwhile'],
      handle: async (call) => {
        const { id } = call.params;
        mustBeSlug(id);
        const { text: flow, expectedSha256: expected } = call.body;
        const save = { id, title: titleOf(flow) ?? id, text: flow, by: call.caller.id, now: now() };
        const saved = await store.flows
          .saveDraft(expected === undefined ? save : { ...save, expected })
          .catch((error: unknown) => {
            if (error instanceof Error && error.name === 'Conflict') throw new ApiError('changed-meanwhile');
            throw error;
          });
        return ok({ flow: await view(ports, saved), findings: await findingsOf(ports, flow) });
      },
    }),
  ];
}

function publishRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'publishFlow',
    method: 'post',
    path: '/v1/flows/{id}/publish',
    tag: 'settings',
    summary: 'Publish the draft as an immutable revision',
    description:
      'Refused while the linter finds errors. The same content again gives the number it has. Channels go on with the revision they have until PATCH /v1/channels/{id} gives them this one.',
    body: object({
      expectedSha256: text({ min: 64, max: 64, description: 'Digest of the draft you looked at.' }),
      message: line(500, 'What changed, for colleagues.'),
    }),
    example: { expectedSha256: '0'.repeat(64), message: 'Ring billing first.' },
    answers: { 200: revisionShape },
    errors: ['changed-meanwhile', 'flow-has-errors'],
    handle: async (call) => {
      const { expectedSha256, message } = call.body;
      const flow = await one(ports, call.params.id);
      if (flow.draft.sha256 !== expectedSha256) throw new ApiError('changed-meanwhile');
      const findings = await findingsOf(ports, flow.draft.text);
      const errors = findings.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw new ApiError('flow-has-errors', undefined, { findings: errors });
      const { flow: parsed } = parseFlow(flow.draft.text);
      if (!parsed) throw new ApiError('flow-has-errors', undefined, { findings });
      if (parsed.id !== flow._id) {
        const mismatch = {
          pointer: '/id',
          message: `The flow calls itself "${parsed.id}", but this is "${flow._id}".`,
        };
        throw new ApiError('flow-has-errors', undefined, { findings: [mismatch] });
      }
      const publication = { text: canonical(parsed), by: call.caller.id, at: now(), message };
      const revision = await store.flows.publish(flow._id, publication);
      if (!revision) throw notFound('flow', flow._id);
      const after = { revision: revision.revision, sha256: revision.sha256, message };
      const before = { revision: flow.lastRevision };
      await recordChange(ports, call, { what: 'flow.publish', about: flow._id, before, after });
      return ok(revisionView(revision, true));
    },
  });
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
