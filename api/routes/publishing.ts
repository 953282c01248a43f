import { canonical, linkFlow, parseFlow, readFlowTests, runFlowTests } from '../../flows';
import type { FlowDocument } from '../../store/flows';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { calledFlows, type CalledFlows } from '../called-flows';
import { findingsOf } from '../flow-findings';
import { ok, route, type Route } from '../http/route';
import { list, named, object, text } from '../http/schema';
import type { ApiPorts } from '../ports';
import { line } from '../shapes/basics';
import { revisionShape, revisionView, testResultShape } from '../shapes/flow';

/** Publishing: what the gate lets through becomes an immutable revision. */
export const publishRoutes = (ports: ApiPorts): Route[] => [testingRoute(ports), publishingRoute(ports)];

async function one({ store }: ApiPorts, id: string): Promise<FlowDocument> {
  const flow = await store.flows.get(id);
  if (!flow) throw notFound('flow', id);
  return flow;
}

/** Plays the tests of a draft with what it calls; empty when it has none or is no flow. */
function testsOf(
  { text, tests }: FlowDocument['draft'],
  { called }: CalledFlows,
): { title: string; failures: string[] }[] {
  const { flow } = parseFlow(text);
  const read = tests ? readFlowTests(tests) : null;
  if (!flow || !read) return [];
  if ('fault' in read) return [{ title: 'the tests beside it', failures: [read.fault] }];
  return runFlowTests(linkFlow(flow, called), read.tests).map(({ title, failures }) => ({ title, failures }));
}

function testingRoute(ports: ApiPorts): Route {
  return route({
    id: 'testFlow',
    method: 'post',
    path: '/v1/flows/{id}/test',
    tag: 'settings',
    summary: 'Play the tests of the draft, as publishing does',
    answers: { 200: named('FlowTestResults', object({ tests: list(testResultShape) })) },
    handle: async ({ params }) => {
      const { draft } = await one(ports, params.id);
      return ok({ tests: testsOf(draft, await calledFlows(ports, draft.text)) });
    },
  });
}

function publishingRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'publishFlow',
    method: 'post',
    path: '/v1/flows/{id}/publish',
    tag: 'settings',
    summary: 'Publish the draft as an immutable revision',
    description:
      'Refused while the linter finds errors or one of its tests fails. The same content again gives the number it has. Channels go on with the revision they have until PUT /v1/channels/{id}/live gives them this one.',
    body: object({
      expectedSha256: text({ min: 64, max: 64, description: 'Digest of the draft you looked at.' }),
      message: line(500, 'What changed, for colleagues.'),
    }),
    example: { expectedSha256: '0'.repeat(64), message: 'Ring billing first.' },
    answers: { 200: revisionShape },
    errors: ['changed-meanwhile', 'flow-has-errors', 'flow-tests-failed'],
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
      const calls = await calledFlows(ports, flow.draft.text);
      const tests = testsOf(flow.draft, calls);
      const failed = tests.filter(({ failures }) => failures.length > 0);
      if (failed.length > 0) throw new ApiError('flow-tests-failed', undefined, { tests: failed });
      const publication = { text: canonical(parsed), by: call.caller.id, at: now(), message, calls: calls.pins };
      const revision = await store.flows.publish(flow._id, publication);
      if (!revision) throw notFound('flow', flow._id);
      const after = { revision: revision.revision, sha256: revision.sha256, message };
      const before = { revision: flow.lastRevision };
      await recordChange(ports, call, { what: 'flow.publish', about: flow._id, before, after });
      return ok(revisionView(revision, true));
    },
  });
}
