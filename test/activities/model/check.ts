import type { Agent } from '../../../store/agents';
import type { Model } from './commands';
import type { EnquiryState } from '../../../flows';
import type { Store } from '../../../store';

/** What is held against the model: what the store says, the states of the runs, and what was seen on the way. */
export interface Seen {
  readonly store: Store;
  readonly runs: ReadonlyMap<string, { state: EnquiryState | null }>;
  readonly beyond: readonly string[];
  readonly at: number;
}

/** Every promise of routing, held against what the store says; throws at the first that is broken. */
export async function checkPromises(model: Model, world: Seen): Promise<void> {
  const { store } = world;
  const agents = await store.agents.getMany([...model.agents.keys()]);
  const enquiries = await store.enquiries.getMany([...model.enquiries.keys()]);
  sayNothing('reserved beyond capacity', world.beyond);
  for (const [id, expected] of model.enquiries) {
    const { assignee, awaiting, status } = enquiries.find(({ _id }) => _id === id) ?? {};
    const found = { holder: assignee, awaiting, open: status !== 'closed' };
    const { holder, open } = expected;
    same(`who has ${id}`, found, { holder, awaiting: expected.awaiting, open });
  }
  for (const agent of agents) checkSlots(agent, world);
  await checkLines(model, world, agents);
  for (const [contact, agent] of model.bound) {
    const bound = await store.engagements.get(model.channel, contact, new Date(world.at));
    same(`to whom ${contact} is bound`, bound?.agent, agent);
  }
}

/** A slot for each enquiry that awaits the agent or rings at him alone, no other, and as many as `load` says. */
function checkSlots(agent: Agent, world: Seen): void {
  const { _id: id, slots, offers, load } = agent;
  const awaiting: string[] = [];
  const ringing: string[] = [];
  for (const [enquiry, { state }] of world.runs) {
    if (!state || state.status === 'closed') continue;
    const offer = state.rest?.kind === 'ring' ? state.rest.offer : null;
    if (offer?.agents.includes(id)) ringing.push(enquiry);
    // What he laid aside holds no slot, and what rings elsewhere while it is laid aside neither.
    if (state.assignee === id && state.awaiting === 'agent' && !state.snooze) awaiting.push(enquiry);
    else if (offer && !offer.broadcast && offer.agents.includes(id)) awaiting.push(enquiry);
  }
  same(`slots of ${id}`, Object.keys(slots).toSorted(), awaiting.toSorted());
  same(`offers at ${id}`, Object.keys(offers).toSorted(), ringing.toSorted());
  same(`load of ${id}`, load, awaiting.length);
}

/** Who waits in line stands there, and waits only while nobody could be asked. */
async function checkLines(model: Model, world: Seen, agents: Agent[]): Promise<void> {
  for (const [enquiry, { state }] of world.runs) {
    const rest = state?.rest;
    const entry = await world.store.lines.get(enquiry);
    if (rest?.kind !== 'line') {
      same(`place in line of ${enquiry}`, entry, null);
      continue;
    }
    same(`place in line of ${enquiry}`, entry?.state, 'waiting');
    const { target } = rest;
    const free = agents.filter(
      (agent) =>
        ('group' in target || target.agent === agent._id) &&
        model.agents.get(agent._id)?.word === 'available' &&
        !agent.suspended &&
        agent.load < agent.capacity &&
        !state?.asked.includes(agent._id),
    );
    sayNothing(
      `${enquiry} waits although these are free`,
      free.map(({ _id }) => _id),
    );
  }
}

function sayNothing(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${what}: ${found.join(', ')}`);
}

function same(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found ?? null), JSON.stringify(expected ?? null)];
  if (left !== right) throw new Error(`${what}: ${left}, and not ${right}`);
}
