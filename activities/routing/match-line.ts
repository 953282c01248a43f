import type { Picked } from '../../flows';
import type { PendingOffer } from '../../store/agents';
import type { Decision } from '../../store/decisions';
import type { LineEntry } from '../../store/lines';
import type { LineActivities } from '../effects';
import type { Ports } from '../ports';
import { isReachable, rosterOf, type Roster, type Wanted } from './candidates';
import { chooseAgent } from './choose-agent';
import { digestOf } from './decision';
import { rescind } from './end-offer';
import { decisionIdOf, offerOf } from './line-offer';

type MatchPorts = Pick<Ports, 'store' | 'workflows' | 'settings' | 'now'>;

/**
 * Walks a line from its head: reserves for each entry the first agent its strategy allows, steps over entries nobody
 * suits, moves the entry `waiting -> offered` by compare-and-set and tells its enquiry. Order is kept by being alone.
 * Where nobody but the clock asked for it, what it moves is counted.
 */
export const matchLine =
  (ports: MatchPorts): LineActivities['matchLine'] =>
  async ({ kind, id, by }) => {
    const target = kind === 'group' ? { group: id } : { agent: id };
    const entries = await ports.store.lines.waiting(`${kind}:${id}`);
    let moved = 0;
    // Null: it is to be read anew.
    let roster = entries.length > 0 ? await rosterOf(ports, target) : null;
    for (const entry of leftOversFirst(entries, roster)) {
      for (let offered: Offered = MISSED, tries = 0; offered === MISSED && tries < TRIES; tries += 1) {
        roster ??= await rosterOf(ports, target);
        if (!roster || !(holderOf(entry, roster) || somebodyFree(roster, ports.now()))) return { moved };
        offered = await offerNext(ports, entry, roster);
        if (offered.agent !== null) moved += 1;
        if (offered.agent !== null && by === 'clock' && wasOverlooked(entry, offered.agent, roster, ports.now())) {
          await ports.store.counters.countMovedByClock();
        }
        roster = null;
      }
    }
    return { moved };
  };

/** To whom an entry was offered; null: to nobody. */
interface Offered {
  agent: string | null;
}

const TO_NOBODY: Offered = { agent: null };
/** Whoever was chosen went away, or was taken, at that very moment: the entry keeps its place, and is looked at anew. */
const MISSED: Offered = { agent: null };
/** Whoever comes and goes all the time keeps the others in the line from nobody for longer. */
const TRIES = 5;

/** Whoever holds a slot of this entry's decision already: a crash came before the decision was written down. */
const holderOf = (entry: LineEntry, { agents }: Roster): string | null =>
  agents.find(({ slots }) => slots[entry._id]?.decision === decisionIdOf(entry))?._id ?? null;

/** Slots that a crash left may be the last there are, so their entries come before it is asked who is free. */
function leftOversFirst(entries: readonly LineEntry[], roster: Roster | null): readonly LineEntry[] {
  const left = entries.filter((entry) => roster && holderOf(entry, roster) !== null);
  return left.length === 0 ? entries : [...left, ...entries.filter((entry) => !left.includes(entry))];
}

/** The agents as they were before this entry took a slot. */
const withoutSlot = (roster: Roster, holder: string | null): Roster => ({
  ...roster,
  agents: roster.agents.map((agent) => (agent._id === holder ? { ...agent, load: agent.load - 1 } : agent)),
});

function somebodyFree(roster: Roster, now: Date): boolean {
  return roster.agents.some((agent) => isReachable(agent, now) && agent.load < agent.capacity);
}

/** Longer than from a write to the word about it. */
const WORD_TAKES_MS = 1_000;

/** He has been free, and the entry has waited, for longer than a word takes to come: it got lost. */
function wasOverlooked({ since }: LineEntry, chosen: string, { agents }: Roster, now: Date): boolean {
  const agent = agents.find(({ _id }) => _id === chosen);
  const free = Math.max(agent?.presence.since.getTime() ?? 0, agent?.freedAt?.getTime() ?? 0, since.getTime());
  return now.getTime() - free > WORD_TAKES_MS;
}

/** Offers an entry to the first agent who suits. */
async function offerNext(ports: MatchPorts, entry: LineEntry, roster: Roster): Promise<Offered> {
  const { store } = ports;
  const enquiryId = entry._id;
  const id = decisionIdOf(entry);
  const [before, listed] = await Promise.all([store.decisions.get(id), store.enquiries.open.get(enquiryId)]);
  if (before?.chosen?.[0] !== undefined) {
    return (await tellAgain(ports, entry, before.chosen[0], before)) ? { agent: before.chosen[0] } : TO_NOBODY;
  }
  // It may have entered the line before its first record listed it.
  const open = listed ?? (await store.enquiries.get(enquiryId));
  const holder = holderOf(entry, roster);
  const wanted = wantedBy(entry, open?.contact ?? null);
  const { picked, turn } = await chooseAgent(ports, withoutSlot(roster, holder), wanted, id);
  const stands = holder !== null && picked.order.includes(holder);
  if (holder !== null && !stands) await giveBack(ports, entry, holder);
  if (picked.order.length === 0) return TO_NOBODY;
  const until = new Date(ports.now().getTime() + entry.ringTimeoutMs);
  const offer: PendingOffer = {
    offer: offerOf(entry),
    enquiry: enquiryId,
    number: open?.number ?? 0,
    channel: open?.channel ?? '',
    since: ports.now(),
    until,
    broadcast: false,
  };
  const agent = await reserveFirst(ports, stands ? [holder] : picked.order, enquiryId, id, offer);
  if (agent === null) return MISSED;
  await store.decisions.once({
    _id: id,
    enquiry: enquiryId,
    kind: 'line',
    at: ports.now(),
    ...(entry.flow === undefined ? {} : { flow: entry.flow }),
    digest: digestOf({ line: entry.line, seq: entry.seq }),
    inputs: inputsOf(entry, picked, turn),
    chosen: [agent],
    candidates: picked.reasons.map((each) => ({
      agent: each.agent,
      reason: each.reason,
      chosen: each.agent === agent,
    })),
    detail: { until: until.getTime() },
    v: 1,
  });
  const move = { enquiryId, seq: entry.seq, agent, decision: id, at: ports.now() };
  if (!(await store.lines.moveToOffered(move))) {
    await giveBack(ports, entry, agent);
    return TO_NOBODY;
  }
  store.hints.tell({ about: 'offers', agent });
  await ports.workflows.matched(enquiryId, { agent, offer: offer.offer, until: until.getTime(), decision: id });
  await store.lines.settleOffered(enquiryId, id);
  return { agent };
}

/** Takes slot and offer of an entry back; whoever took the enquiry himself meanwhile keeps his slot. */
async function giveBack(ports: MatchPorts, entry: LineEntry, agent: string): Promise<void> {
  const { _id: enquiryId } = entry;
  if (await ports.store.agents.release(agent, enquiryId, ports.now(), decisionIdOf(entry))) return;
  await rescind(ports, agent, { enquiryId, offerId: offerOf(entry), winner: agent });
}

const wantedBy = (entry: LineEntry, contact: string | null): Wanted => ({
  enquiryId: entry._id,
  contact,
  strategy: entry.strategy,
  asked: entry.asked,
  missedBy: entry.missedBy,
  // Who waits in line waits for somebody who is there.
  offlineAgents: 'skip',
  ...(entry.skills ? { skills: entry.skills } : {}),
  ...(entry.timezone ? { timezone: entry.timezone } : {}),
  ...(entry.stickyMs ? { sticky: entry.stickyMs } : {}),
});

const inputsOf = (
  { line, asked, since }: LineEntry,
  { strategy, tieBreak }: Picked,
  turn: number,
): Record<string, unknown> => ({
  line,
  strategy,
  tieBreak,
  turn,
  asked,
  waitedSince: since,
});

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
