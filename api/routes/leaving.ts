import { recordChange } from '../audit-trail';
import { draftsOf } from '../drafts';
import { seenEnquiry } from '../enquiry-guard';
import { mustServeFor, startHandOver, targetInput } from '../hand-over';
import { created, ok, route, type Route } from '../http/route';
import { list, named, nullable, object, text } from '../http/schema';
import { agentLedBy } from '../led-agent';
import type { ApiPorts } from '../ports';
import { draftShape, draftView } from '../shapes/draft';
import { jobShape, jobView } from '../shapes/job';
import { endShiftRoute } from './shift-end';

/** A note that goes with what is handed over. */
const noteInput = text({ min: 1, max: 2000, description: 'For whoever takes them.' });

/** Handing over what an agent has: all of it in one step, or each at the end of a shift; and reading what he left unsent. */
export const leavingRoutes = (ports: ApiPorts): Route[] => [
  handOverRoute(ports),
  endShiftRoute(ports),
  draftsRoute(ports),
];

function handOverRoute(ports: ApiPorts): Route {
  return route({
    id: 'handOverAll',
    method: 'post',
    path: '/v1/agents/{id}/hand-over',
    tag: 'people',
    summary: 'Hand over all open enquiries of an agent in one step',
    description:
      'What awaits him rings at the group or agent at once; what awaits the contact goes there, and rings when the contact writes. Without "to" each goes back to the group it is at. GET /v1/jobs/{id} tells how far it is.',
    body: object({}, { to: targetInput, note: noteInput }),
    example: { to: { group: 'support' }, note: 'Ann is ill until Monday.' },
    answers: { 201: jobShape },
    errors: ['not-found', 'wrong-body'],
    handle: async (call) => {
      const { _id: agent } = await agentLedBy(ports, call.caller, call.params.id);
      const { to = null, note } = call.body;
      if (to) await mustServeFor(ports, agent, to);
      const job = await startHandOver(ports, { agent, to, note, by: call.caller.id });
      await recordChange(ports, call, { what: 'agent.hand-over', about: agent, before: null, after: { to } });
      return created(jobView(job), `/v1/jobs/${job._id}`);
    },
  });
}

function draftsRoute(ports: ApiPorts): Route {
  const { store } = ports;
  return route({
    id: 'listDrafts',
    method: 'get',
    path: '/v1/enquiries/{id}/drafts',
    tag: 'enquiries',
    summary: 'Answers that others have begun and not sent, also of those who left',
    description:
      'Supervisors read everybody’s. The agent who serves the enquiry reads those of programs, and sends one with POST replies and "draftOf"; other agents read none.',
    answers: {
      200: named(
        'DraftList',
        object({ items: list(object({ agent: text(), name: nullable(text()), draft: draftShape })) }),
      ),
    },
    handle: async ({ caller, params }) => {
      const enquiry = await seenEnquiry(ports, caller, params.id);
      const drafts = await draftsOf(ports, caller, enquiry);
      const agents = await store.agents.getMany([...new Set(drafts.map(({ agent }) => agent))]);
      const names = new Map(agents.map(({ _id, name }) => [_id, name]));
      const items = await Promise.all(
        drafts.map(async (draft) => ({
          agent: draft.agent,
          name: names.get(draft.agent) ?? null,
          draft: await draftView(ports, caller, enquiry, draft),
        })),
      );
      return ok({ items });
    },
  });
}
