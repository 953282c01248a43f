import type { Agent, PresenceChange } from '../../store/agents';
import { ApiError, notFound } from '../api-error';
import { setPresence, wakeLinesOf } from '../availability';
import type { Caller } from '../caller';
import { nothing, ok, route, type Route } from '../http/route';
import { flag, instant, list, named, nullable, object, text, word, type TypeOf } from '../http/schema';
import { agentLedBy, agentOf, agentOwnOrLed } from '../led-agent';
import type { ApiPorts } from '../ports';
import { ownPresenceWords, presenceShape, presenceView, tellCause } from '../shapes/agent';
import { iso } from '../shapes/basics';

/** A program sends no heartbeats: where it is gone, its missed offers make it `notResponding`. */
const PROGRAM_LEASE_MS = 365 * 86_400_000;

/** Presence: an agent's own word, the heartbeats that keep it, his wrap-ups, and what supervisors see and set of it. */
export const presenceRoutes = (ports: ApiPorts): Route[] => [
  ...ownRoutes(ports),
  wrapUpRoute(ports),
  setRoute(ports),
  historyRoute(ports),
];

function mine(agent: Agent | null): Agent {
  if (!agent) {
    throw new ApiError('not-found', 'You are not an agent, so you have no presence. An admin can change that.');
  }
  return agent;
}

function ownRoutes(ports: ApiPorts): Route[] {
  const { store, settings, now } = ports;
  const leaseOf = ({ service }: Caller): number => (service === null ? settings.presenceLeaseMs : PROGRAM_LEASE_MS);
  return [
    route({
      id: 'readPresence',
      method: 'get',
      path: '/v1/presence',
      tag: 'desk',
      summary: 'Read my presence',
      answers: { 200: presenceShape },
      handle: async ({ caller }) => ok(presenceView(mine(await store.agents.get(caller.id)), now())),
    }),
    route({
      id: 'setPresence',
      method: 'put',
      path: '/v1/presence',
      tag: 'desk',
      summary: 'Say whether I take enquiries',
      description:
        'Only who is available is rung, and only while heartbeats come. Going away or offline passes offers that ring on to the next agent. Nobody becomes available again but by saying so.',
      body: object({ word: word(ownPresenceWords) }),
      example: { word: 'available' },
      answers: { 200: presenceShape },
      errors: ['temporal-away'],
      handle: async ({ caller, body }) => {
        const set = await setPresence(ports, caller.id, { ...body, cause: 'agent', leaseMs: leaseOf(caller) });
        return ok(presenceView(mine(set), now()));
      },
    }),
    route({
      id: 'heartbeat',
      method: 'post',
      path: '/v1/presence/heartbeat',
      tag: 'desk',
      summary: 'Keep my presence',
      description:
        'Send it every 15 seconds, with "active": false when nothing was touched since the last; after 10 minutes of that you are away. Saving a draft counts as a heartbeat. The answer tells the presence that stands, which may have become away or offline.',
      body: object({}, { active: flag('Something was touched since the last heartbeat; true when absent.') }),
      example: { active: true },
      answers: { 200: presenceShape },
      handle: async ({ caller, body: { active = true } }) =>
        ok(presenceView(mine(await store.agents.heartbeat(caller.id, leaseOf(caller), now(), active)), now())),
    }),
  ];
}

function wrapUpRoute(ports: ApiPorts): Route {
  return route({
    id: 'endWrapUp',
    method: 'delete',
    path: '/v1/wrap-ups/{enquiry}',
    tag: 'desk',
    summary: 'End my wrap-up after an enquiry before its time',
    answers: { 204: 'nothing' },
    handle: async ({ caller, params: { enquiry } }) => {
      if (!/^[\w-]+$/.test(enquiry) || !(await ports.store.agents.endWrapUp(caller.id, enquiry))) {
        throw notFound('wrap-up', enquiry);
      }
      ports.store.hints.tell({ about: 'presence', agent: caller.id });
      await wakeLinesOf(ports, caller.id);
      return nothing();
    },
  });
}

function setRoute(ports: ApiPorts): Route {
  return route({
    id: 'setAgentPresence',
    method: 'put',
    path: '/v1/agents/{id}/presence',
    tag: 'people',
    summary: 'Set the presence of an agent',
    description: 'As he would himself, but without heartbeats: who is not signed in stays unreachable.',
    body: object({ word: word(ownPresenceWords) }),
    example: { word: 'away' },
    answers: { 200: presenceShape },
    errors: ['temporal-away'],
    handle: async ({ caller, params, body }) => {
      const { _id } = await agentLedBy(ports, caller, params.id);
      const set = await setPresence(ports, _id, { ...body, cause: caller.id });
      return ok(presenceView(set ?? (await agentOf(ports, _id)), ports.now()));
    },
  });
}

const changeShape = object({
  at: instant('When it changed.'),
  word: word(
    [...ownPresenceWords, 'notResponding', 'suspended', 'readmitted', 'absent', 'back'],
    'What stood from then on; "absent" and "back": a planned absence began or ended.',
  ),
  cause: text({ description: 'Who or what did it: agent (himself), the id of a colleague, or a word of the system.' }),
  sentence: text(),
});

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 31;

function historyRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  const view = (change: PresenceChange, names: Map<string, string>): TypeOf<typeof changeShape> => ({
    at: iso(change.at),
    word: change.word,
    cause: change.cause,
    sentence: tellCause(change, names),
  });
  return route({
    id: 'readPresenceHistory',
    method: 'get',
    path: '/v1/agents/{id}/presence-history',
    tag: 'people',
    summary: 'When an agent was available, and who or what changed it; newest first',
    description: 'For himself and those who lead him. Without "from" the last 24 hours; at most 31 days at once.',
    query: object({}, { from: instant('Not before.'), to: instant('Not after; now when absent.') }),
    answers: { 200: named('PresenceHistory', object({ items: list(changeShape), more: nullable(text()) })) },
    handle: async ({ caller, params, query }) => {
      const agent = await agentOwnOrLed(ports, caller, params.id);
      const to = query.to === undefined ? now() : new Date(query.to);
      const wanted = query.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(query.from);
      const oldest = new Date(to.getTime() - LONGEST_DAYS * DAY_MS);
      const from = wanted < oldest ? oldest : wanted;
      // The newest may not have been put away yet.
      const fresh = (agent.presenceChanges ?? []).filter(({ at }) => at >= from && at <= to);
      const kept = await store.presenceHistory.between(agent._id, from, to);
      const known = new Set(fresh.map(({ id }) => id));
      const changes = [...fresh.toReversed(), ...kept.filter(({ id }) => !known.has(id))];
      const users = await store.users.getMany([...new Set(changes.map(({ cause }) => cause))]);
      const names = new Map(users.map(({ _id, name }) => [_id, name]));
      const more = wanted < oldest ? `There may be more before ${iso(oldest)}; ask with that as "to".` : null;
      return ok({ items: changes.map((change) => view(change, names)), more });
    },
  });
}
