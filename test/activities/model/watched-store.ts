import type { Store } from '../../../store';

/** What a history is about in a store that others play in too, and what is watched there. */
interface Watch {
  /** The lines of its group and agents. */
  own: readonly string[];
  /** The fault that the test plants. */
  reserveTwice: boolean;
  /** Reservations that left an agent with more than he may hold are told there. */
  beyond: string[];
  isOurs(enquiry: string): boolean;
}

/** The store as one history sees it: the clock looks at its lines and agents only, and every reservation is looked at. */
export function watchedStore(store: Store, { own, reserveTwice, beyond, isOurs }: Watch): Store {
  const { agents, lines } = store;
  const reserve: typeof agents.reserve = async (request) => {
    const reserved = await agents.reserve(request);
    const agent = await agents.get(request.agent);
    if (reserved.outcome === 'reserved' && !request.force && agent && agent.load > agent.capacity) {
      beyond.push(`${agent._id} holds ${agent.load} of ${agent.capacity} by ${request.decision}`);
    }
    const other = own.find((line) => line.startsWith('agent:') && line !== `agent:${request.agent}`);
    if (reserveTwice && other) await agents.hold(other.slice('agent:'.length), request.enquiryId, request.now);
    return reserved;
  };
  const occupied: typeof lines.occupied = async () => (await lines.occupied()).filter(({ line }) => own.includes(line));
  const offeredBefore: typeof lines.offeredBefore = async (before) =>
    (await lines.offeredBefore(before)).filter(({ _id }) => isOurs(_id));
  const list: typeof agents.list = async () => (await agents.list()).filter(({ _id }) => own.includes(`agent:${_id}`));
  return { ...store, agents: { ...agents, reserve, list }, lines: { ...lines, occupied, offeredBefore } };
}
