import { randomUUID } from 'node:crypto';
import { MOST_ABSENCES, type Absence, type Agent } from '../../store/agents';
import { notFound, wrongBody } from '../api-error';
import { recordChange } from '../audit-trail';
import { wakeLinesOf } from '../availability';
import { mustServeFor, targetInput } from '../hand-over';
import { created, nothing, route, type Route } from '../http/route';
import { instant, object, text } from '../http/schema';
import { agentOwnOrLed } from '../led-agent';
import type { ApiPorts } from '../ports';
import { absenceShape, absenceView } from '../shapes/agent';

const LONGEST_MS = 366 * 86_400_000;

/** Planned absences: of oneself, or of agents one leads; colleagues see them with the agent. */
export const absenceRoutes = (ports: ApiPorts): Route[] => [planRoute(ports), dropRoute(ports)];

/** What is wrong with the times of an absence, or null. */
function wrongTimes({ absences = [] }: Agent, from: Date, to: Date, now: Date): string | null {
  if (to <= from || to <= now) return 'must be later than "from", and not past';
  if (to.getTime() - from.getTime() > LONGEST_MS) return 'must be within a year of "from"';
  const other = absences.find((each) => each.from < to && each.to > from);
  return other ? `must not reach into the absence that begins at ${other.from.toISOString()}` : null;
}

function planRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'planAbsence',
    method: 'post',
    path: '/v1/agents/{id}/absences',
    tag: 'people',
    summary: 'Plan an absence, and who covers meanwhile',
    description:
      'From then on the agent counts as away whatever he says, what awaits him and new mail of his enquiries and engaged contacts rings at the cover, and it ends by itself. Without a cover they wait for him, or go where the flow sends them.',
    body: object(
      { from: instant('Absent from then on.'), to: instant('Back then.') },
      { cover: targetInput, note: text({ max: 500, description: 'For colleagues.' }) },
    ),
    example: { from: '2027-07-01T00:00:00Z', to: '2027-07-15T00:00:00Z', cover: { agent: 'bob' }, note: 'Holidays' },
    answers: { 201: absenceShape },
    errors: ['not-found', 'wrong-body'],
    handle: async (call) => {
      const { caller, params, body } = call;
      const agent = await agentOwnOrLed(ports, caller, params.id);
      const { cover = null, note = '' } = body;
      const [from, to] = [new Date(body.from), new Date(body.to)];
      const wrong = wrongTimes(agent, from, to, now());
      if (wrong) throw wrongBody('/to', wrong);
      if (cover) await mustServeFor(ports, agent._id, cover, '/cover/agent');
      const absence: Absence = { id: `a-${randomUUID()}`, from, to, cover, note, by: caller.id, begun: false };
      if (!(await store.agents.planAbsence(agent._id, absence))) {
        const what = `cannot be planned: there are ${MOST_ABSENCES} already; cancel one`;
        throw wrongBody('/from', what);
      }
      store.hints.tell({ about: 'presence', agent: agent._id });
      const after = absenceView(absence, now());
      await recordChange(ports, call, { what: 'absence.plan', about: agent._id, before: null, after });
      return created(after, `/v1/agents/${agent._id}`);
    },
  });
}

function dropRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'dropAbsence',
    method: 'delete',
    path: '/v1/agents/{id}/absences/{absence}',
    tag: 'people',
    summary: 'Cancel a planned absence, or end it now',
    answers: { 204: 'nothing' },
    errors: ['not-found'],
    handle: async (call) => {
      const { caller, params } = call;
      const agent = await agentOwnOrLed(ports, caller, params.id);
      const absence = agent.absences?.find((each) => each.id === params.absence);
      if (!absence || !(await store.agents.dropAbsence(agent._id, absence.id))) {
        throw notFound('absence', params.absence);
      }
      store.hints.tell({ about: 'presence', agent: agent._id });
      const before = absenceView(absence, now());
      await recordChange(ports, call, { what: 'absence.cancel', about: agent._id, before, after: null });
      await wakeLinesOf(ports, agent._id);
      return nothing();
    },
  });
}
