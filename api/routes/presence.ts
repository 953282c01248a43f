import type { Agent } from '../../store/agents';
import { ApiError } from '../api-error';
import { passOnOffersOf, wakeLinesOf } from '../availability';
import { ok, route, type Route } from '../http/route';
import { object, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { ownPresenceWords, presenceShape, presenceView } from '../shapes/agent';

/** An agent's own word and the heartbeats that keep it. */
export const presenceRoutes = (ports: ApiPorts): Route[] => {
  const { store, settings, now } = ports;
  const mine = (agent: Agent | null): Agent => {
    if (!agent)
      throw new ApiError('not-found', 'You are not an agent, so you have no presence. An admin can change that.');
    return agent;
  };

  return [
    route({
      id: 'readPresence',
      method: 'get',
      path: '/v1/presence',
      tag: 'desk',
      summary: 'Read my presence',
      answers: { 200: presenceShape },
      handle: async ({ caller }) => ok(presenceView(mine(await store.agents.get(caller.id)))),
    }),
    route({
      id: 'setPresence',
      method: 'put',
      path: '/v1/presence',
      tag: 'desk',
      summary: 'Say whether I take enquiries',
      description:
        'Only who is available is rung, and only while heartbeats come. Going away or offline passes offers that ring on to the next agent.',
      body: object({ word: word(ownPresenceWords) }),
      example: { word: 'available' },
      answers: { 200: presenceShape },
      errors: ['temporal-away'],
      handle: async ({ caller, body }) => {
        const at = now();
        const agent = mine(await store.agents.setPresence(caller.id, body.word, 'agent', at, settings.presenceLeaseMs));
        store.hints.tell({ about: 'presence', agent: agent._id });
        if (body.word === 'available') await wakeLinesOf(ports, agent._id);
        if (body.word === 'away' || body.word === 'offline') await passOnOffersOf(ports, agent._id, body.word);
        return ok(presenceView(agent));
      },
    }),
    route({
      id: 'heartbeat',
      method: 'post',
      path: '/v1/presence/heartbeat',
      tag: 'desk',
      summary: 'Keep my presence',
      description: `Send it every 15 seconds. The answer tells the presence that stands, which may have become offline.`,
      answers: { 200: presenceShape },
      handle: async ({ caller }) =>
        ok(presenceView(mine(await store.agents.heartbeat(caller.id, settings.presenceLeaseMs, now())))),
    }),
  ];
};
