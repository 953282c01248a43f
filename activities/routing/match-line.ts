import { strategies, type StrategyName } from '../../flows';
import type { PendingOffer } from '../../store/agents';
import type { Decision } from '../../store/decisions';
import type { LineEntry } from '../../store/lines';
import type { LineActivities } from '../effects';
import type { Ports } from '../ports';
import { candidatesOf, rosterOf, strategyOf, type Roster } from './candidates';
import { decisionOf, digestOf } from './decision';
import { turnOf } from './turn';

type MatchPorts = Pick<Ports, 'store' | 'workflows' | 'now'>;

/**
 * Walks a line from its head: reserves for each entry the first agent its strategy allows, steps over entries nobody
 * suits, moves the entry `waiting -> offered` by compare-and-set and tells its enquiry. Order is kept by being alone.
 */
export const matchLine =
  (ports: MatchPorts): LineActivities['matchLine'] =>
  async ({ kind, id }) => {
    const target = kind === 'group' ? { group: id } : { agent: id };
    const entries = await ports.store.lines.waiting(`${kind}:${id}`);
    let moved = 0;
    for (const entry of entries) {
      const roster = await rosterOf(ports, target);
      if (!roster || !somebodyFree(roster, ports.now())) break;
      if (await offerNext(ports, entry, roster)) moved += 1;
    }
    return { moved };
  };

function somebodyFree(roster: Roster, now: Date): boolean {
  return candidatesOf(roster, [], [], now).some((each) => each.available && each.load < each.capacity);
}

async function offerNext(ports: MatchPorts, entry: LineEntry, roster: Roster): Promise<boolean> {
  const { store } = ports;
  const enquiryId = entry._id;
  const id = `${decisionOf(enquiryId, entry.seq)}:line`;
  const before = await store.decisions.get(id);
  if (before?.chosen?.[0] !== undefined) return tellAgain(ports, entry, before.chosen[0], before);
  const named = strategyOf(entry.strategy, roster);
  const strategy = strategies[named as StrategyName] ?? strategies.leastLoaded;
  const candidates = candidatesOf(roster, entry.asked, entry.missedBy, ports.now());
  const turn = await turnOf(ports, named, roster, id);
  const choice = strategy(candidates, turn);
  if (choice.order.length === 0) return false;
  const until = new Date(ports.now().getTime() + entry.ringTimeoutMs);
  const open = await store.enquiries.open.get(enquiryId);
  const offer: PendingOffer = {
    offer: offerOf(entry),
    enquiry: enquiryId,
    number: open?.number ?? 0,
    channel: open?.channel ?? '',
    since: ports.now(),
    until,
    broadcast: false,
  };
  const agent = await reserveFirst(ports, choice.order, enquiryId, id, offer);
  if (agent === null) return false;
  await store.decisions.once({
    _id: id,
    enquiry: enquiryId,
    kind: 'line',
    at: ports.now(),
    digest: digestOf({ line: entry.line, seq: entry.seq }),
    inputs: { line: entry.line, strategy: named, turn, asked: entry.asked, waitedSince: entry.since },
    chosen: [agent],
    candidates: choice.reasons.map((each) => ({
      agent: each.agent,
      reason: each.reason,
      chosen: each.agent === agent,
    })),
    detail: { until: until.getTime() },
    v: 1,
  });
  const move = { enquiryId, seq: entry.seq, agent, decision: id, at: ports.now() };
  if (!(await store.lines.moveToOffered(move))) {
    await store.agents.release(agent, enquiryId);
    return false;
  }
  store.hints.tell({ about: 'offers', agent });
  await ports.workflows.matched(enquiryId, { agent, offer: offer.offer, until: until.getTime(), decision: id });
  await store.lines.settleOffered(enquiryId, id);
  return true;
}

/**
 * The entry was put into the line once more after it had been offered (its task was done anew): its enquiry hears of the
 * same offer again, and takes it or gives it back; nobody else is reserved for it.
 */
async function tellAgain(ports: MatchPorts, entry: LineEntry, agent: string, decision: Decision): Promise<boolean> {
  const { _id: enquiryId, seq } = entry;
  const until = Number(decision.detail['until']);
  if (!(await ports.store.lines.moveToOffered({ enquiryId, seq, agent, decision: decision._id, at: ports.now() }))) {
    return false;
  }
  await ports.workflows.matched(enquiryId, { agent, offer: offerOf(entry), until, decision: decision._id });
  await ports.store.lines.settleOffered(enquiryId, decision._id);
  return true;
}

const offerOf = ({ _id, seq }: LineEntry): string => `${_id}.${seq}l`;

/** Reserves the first who still can; a slot of this very decision, left by a crash, is taken as it stands. */
async function reserveFirst(
  { store, now }: MatchPorts,
  order: string[],
  enquiryId: string,
  decision: string,
  offer: PendingOffer,
): Promise<string | null> {
  for (const agent of order) {
    const reserved = await store.agents.reserve({ agent, enquiryId, decision, offer, now: now() });
    if (reserved.outcome === 'reserved') return agent;
    if (reserved.outcome === 'already' && reserved.slot.decision === decision) return agent;
  }
  return null;
}
