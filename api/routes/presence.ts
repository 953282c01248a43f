import type { Agent } from '../../store/agents';
import { ApiError } from '../api-error';
import { ok, route, type Route } from '../http/route';
import { object, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { ownPresenceWords, presenceShape, presenceView } from '../shapes/agent';

/** An agent's own word and the heartbeats that keep it. */
export const presenceRoutes = ({ store, workflows, settings, now }: ApiPorts): Route[] => {
  const mine = (agent: Agent | null): Agent => {
    if (!agent)
      throw new ApiError('not-found', 'You are not an agent, so you have no presence. An admin can change that.');
    return agent;
  };

  /** Whoever becomes available adds a candidate: the lines he could be matched from look again. */
  async function wakeLinesOf(agent: string): Promise<void> {
    const groups = await store.groups.ofAgent(agent);
    await Promise.all([
      workflows.wakeLine('agent', agent),
      ...groups.map((group) => workflows.wakeLine('group', group._id)),
    ]);
  }

  async function passOnOffersOf(agent: Agent, cause: string): Promise<void> {
    const enquiries = Object.keys(agent.offers);
    await Promise.all(enquiries.map((enquiry) => workflows.agentGone(enquiry, { agent: agent._id, cause })));
  }

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
        if (body.word === 'available') await wakeLinesOf(agent._id);
        if (body.word === 'away' || body.word === 'offline') await passOnOffersOf(agent, body.word);
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
