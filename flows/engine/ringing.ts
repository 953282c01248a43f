import { AS_GROUP, NEVER, type Answer, type ChoiceFacts, type Offer, type Rest, type RingVisit } from '../state';
import { skillsWanted, widensAt } from './skills';
import { assign, holdSlot } from './slots';
import { ask, emit, has, rest, tell, zoneOf, type Run, type Turn } from './run';

/** How a round of offers ends. */
type RoundEnd = 'accepted' | 'timeout' | 'unavailable' | 'withdrawn';

/** Begins a round of offers at the course's node; `leaveOut` are agents who are not to be asked. */
export function beginRinging(
  run: Run,
  visit: Omit<RingVisit, 'lineUntil' | 'happened' | 'back' | 'bound'> & Partial<RingVisit>,
  leaveOut: string[] = [],
): Turn {
  run.state.ringing = { back: null, happened: [], bound: null, ...visit, lineUntil: null };
  run.state.asked = leaveOut;
  return offerNext(run);
}

/** Offers to the next candidate, to all at once, or puts the enquiry on the group's list, as the strategy says. */
export function offerNext(run: Run): Turn {
  const { state } = run;
  const visit = state.ringing;
  if (!visit) return { turn: 'park', reason: 'an offer was due but nothing rings' };
  state.rest = null;
  const alone = visit.sticky === undefined && 'group' in visit.target ? visit.target.group : null;
  if (visit.strategy === 'none' && alone !== null) return waitOnList(run, visit, alone);
  const offer = `${state.enquiryId}.${state.seq + 1}`;
  const until = run.at + visit.ringMs;
  const { target, ringGiven, bound } = visit;
  const groupTime = ringGiven ? {} : { groupTime: true as const };
  const facts = { target, asked: state.asked, missedBy: state.missedBy, offer, until, ...groupTime };
  if (visit.strategy === 'ringAll' && alone !== null)
    return ask(run, { do: 'offerToAll', ...facts }, { on: 'offer', offer });
  const { strategy } = visit;
  return ask(
    run,
    {
      do: 'reserveAgent',
      ...facts,
      strategy,
      ...(bound ? { bound: true as const } : {}),
      ...choiceFacts(run, visit),
    },
    { on: 'offer', offer },
  );
}

/** Goes on with what `reserveAgent` or `offerToAll` answered. */
export function offered(run: Run, answer: Answer, offer: string): Turn {
  const { state } = run;
  const visit = state.ringing;
  if (!visit) return { turn: 'park', reason: 'an offer was answered but nothing rings' };
  if (has(answer, 'reserved') && typeof answer.reserved === 'string') {
    const until = has(answer, 'until') && typeof answer.until === 'number' ? answer.until : run.at + visit.ringMs;
    return ringAt(run, visit, { id: offer, agents: [answer.reserved], broadcast: false, since: run.at, until }, answer);
  }
  if (has(answer, 'assigned') && typeof answer.assigned === 'string') {
    const agent = answer.assigned;
    const what = 'It was given to an agent who is not online, without ringing.';
    tell(run, { kind: 'offer', outcome: 'assigned', what, detail: { agent, ...decided(answer) } });
    return acceptedBy(run, agent);
  }
  if (has(answer, 'ringing') && Array.isArray(answer.ringing)) {
    const agents = [...new Set(answer.ringing.filter((agent) => typeof agent === 'string'))];
    const until = has(answer, 'until') && typeof answer.until === 'number' ? answer.until : run.at + visit.ringMs;
    return ringAt(run, visit, { id: offer, agents, broadcast: true, since: run.at, until }, answer);
  }
  if (has(answer, 'listed') && 'group' in visit.target) return waitOnList(run, visit, visit.target.group);
  if (!has(answer, 'nobody')) return { turn: 'fail', code: 'unexpected-answer' };
  tell(run, {
    kind: 'offer',
    what: NOBODY.get(answer.nobody) ?? 'Nobody could be asked.',
    detail: decided(answer),
  });
  const waits = visit.bound?.waits === true && answer.nobody === 'offline';
  if (answer.nobody === 'full' || waits) return waitInLine(run, visit);
  const somebodyWasAsked = state.asked.some((agent) => agent !== state.assignee);
  return endRound(run, answer.nobody === 'asked' || somebodyWasAsked ? 'timeout' : 'unavailable');
}

/** The line made an offer for this enquiry; refused (slot given back, place in line kept) when it may not stand. */
export function matched(run: Run, agent: string, offer: string, until: number, decision: string): Turn | null {
  const { state } = run;
  const visit = state.ringing;
  // It was told twice, and rings already.
  if (state.rest?.kind === 'ring' && state.rest.offer.id === offer) return null;
  const stands = state.rest?.kind === 'line' && !isOfFormerVisit(offer, state.rest);
  if (!stands || !visit || state.asking || state.asked.includes(agent)) {
    tell(run, {
      kind: 'offer',
      what: 'An offer of the line came too late and was given back.',
      detail: { offer, agent },
    });
    endOffer(run, offer, [agent], 'rescinded', holdsSlot(run, agent) ? agent : state.slot);
    // Its place was taken by this offer; a place of now is still there.
    if (state.rest?.kind === 'line' && stands && visit) enterLine(run, visit, state.awaitingSince);
    return null;
  }
  // It may have entered the line once more while it was being matched.
  if (visit.skilled) emit(run, { do: 'leaveLine', target: visit.target });
  return ringAt(run, visit, { id: offer, agents: [agent], broadcast: false, since: run.at, until }, { decision });
}

/** Offers of a line are named `<enquiry>.<seq of its place>l`: a place of a former visit was for other agents, or another group. */
function isOfFormerVisit(offer: string, { entered }: Extract<Rest, { kind: 'line' }>): boolean {
  const seq = /\.(\d+)l$/.exec(offer)?.[1];
  return seq !== undefined && entered !== undefined && Number(seq) < entered;
}

/** The time of the ring's offer is over: everybody still asked has missed it. */
export function offerMissed(run: Run, offer: Offer): Turn {
  run.state.missedBy = latestLast(run.state.missedBy, offer.agents);
  endOffer(run, offer.id, offer.agents, 'missed');
  tell(run, { kind: 'offer', what: 'Nobody answered in time.', detail: { offer: offer.id, agents: offer.agents } });
  return offerNext(run);
}

/** One agent is out of the ring (he declined, or is gone): the others go on ringing, or the next is asked at once. */
export function dropFromOffer(run: Run, agent: string, how: 'declined' | 'rescinded'): Turn | null {
  const ringing = run.state.rest;
  if (ringing?.kind !== 'ring') return null;
  endOffer(run, ringing.offer.id, [agent], how);
  if (how === 'declined') run.state.missedBy = latestLast(run.state.missedBy, [agent]);
  // He did not refuse: who waits for him alone goes on waiting.
  else if (run.state.ringing?.bound?.waits) run.state.asked = run.state.asked.filter((other) => other !== agent);
  const agents = ringing.offer.agents.filter((other) => other !== agent);
  if (agents.length === 0) return offerNext(run);
  run.state.rest = { ...ringing, offer: { ...ringing.offer, agents } };
  return null;
}

/** The agent has it: his slot is reserved, all other agents' offers and slots are taken back. */
export function acceptedBy(run: Run, agent: string): Turn {
  const { state } = run;
  if (state.rest?.kind === 'ring') {
    const { id, agents } = state.rest.offer;
    endOffer(run, id, agents, 'accepted', agent);
  }
  assign(run, agent);
  const target = state.ringing?.target;
  if (target && 'group' in target) state.group = target.group;
  return endRound(run, 'accepted', { agent });
}

/** Ends ring, line or list because something else goes on; `winner` keeps his slot. */
export function stopRinging(run: Run, winner: string | null = run.state.slot): void {
  const { state } = run;
  if (state.rest?.kind === 'ring') endOffer(run, state.rest.offer.id, state.rest.offer.agents, 'rescinded', winner);
  if (state.rest?.kind === 'line') emit(run, { do: 'leaveLine', target: state.rest.target });
  state.ringing = null;
}

/** A transfer that nobody accepted yet is taken back; of a transfer node it is the outcome `failed`. */
export function withdrawRing(run: Run, by: string): Turn {
  const visit = run.state.ringing;
  stopRinging(run);
  run.state.ringing = visit;
  return endRound(run, 'withdrawn', { by });
}

/** Waiting in line or on the list is over. */
export function waitedInVain(run: Run): Turn {
  if (run.state.rest?.kind === 'line') emit(run, { do: 'leaveLine', target: run.state.rest.target });
  return endRound(run, 'unavailable');
}

/** Ends the round: a ring's outcome, a transfer's, or back to the rest a handover came from. */
export function endRound(run: Run, end: RoundEnd, told: Record<string, unknown> = {}): Turn {
  const { state } = run;
  const detail = { ...told };
  const visit = state.ringing;
  state.ringing = null;
  state.rest = null;
  if (!visit) return { turn: 'park', reason: 'a ring ended that had not begun' };
  const what = ENDED[end];
  if (visit.purpose === 'ring') return { turn: 'outcome', outcome: end, what, detail };
  if (end !== 'accepted' && visit.otherwise) {
    const { otherwise: group, listMs } = visit;
    tell(run, { kind: 'offer', what: `${what} The group it is at is asked instead.`, detail });
    const next = { ...visit, target: { group }, strategy: AS_GROUP, otherwise: null, bound: null, queueMs: listMs };
    return beginRinging(run, next, state.assignee === null ? [] : [state.assignee]);
  }
  if (end !== 'accepted') {
    transferFailed(run, visit);
    Object.assign(detail, { to: visit.target, holder: state.assignee });
  }
  const transferred = ENDED_TRANSFER[end] ?? failed(run);
  if (visit.purpose === 'transfer') {
    return { turn: 'outcome', outcome: end === 'accepted' ? 'accepted' : 'failed', what: transferred, detail };
  }
  tell(run, { kind: 'transfer', outcome: end === 'accepted' ? 'accepted' : 'failed', what: transferred, detail });
  const { back } = visit;
  if (!back) return { turn: 'park', reason: 'a transfer ended and there was no rest to come back to' };
  const event = back.for.find((name) => visit.happened.includes(name));
  state.rest = back;
  if (event) return { turn: 'outcome', outcome: event, what: `While it was being transferred: ${event}.` };
  return rest(run, back);
}

function transferFailed(run: Run, { target, groupBefore }: RingVisit): void {
  const { state } = run;
  if (state.assignee === null) {
    if ('group' in target) state.group = target.group;
    return;
  }
  if (groupBefore !== undefined) state.group = groupBefore;
  if (state.awaiting === 'agent') {
    // A reservation for somebody else may have let the holder's slot go: it is his again.
    holdSlot(run, state.assignee);
  }
}

function ringAt(run: Run, visit: RingVisit, offer: Offer, answer: object): Turn {
  const { state } = run;
  const fresh = offer.agents.filter((agent) => !state.asked.includes(agent) && agent !== state.assignee);
  if (fresh.length < offer.agents.length || fresh.length === 0) {
    const again = offer.agents.filter((agent) => !fresh.includes(agent));
    endOffer(run, offer.id, again, 'rescinded');
    if (fresh.length === 0) return endRound(run, 'timeout');
  }
  state.asked = [...state.asked, ...fresh];
  const what = offer.broadcast ? 'Rings at everybody who is free.' : 'Rings at an agent.';
  tell(run, {
    kind: 'offer',
    what,
    detail: { offer: offer.id, agents: fresh, until: offer.until, ...decided(answer) },
  });
  const { target, strategy } = visit;
  return rest(run, { kind: 'ring', node: state.node ?? '', target, strategy, offer: { ...offer, agents: fresh } });
}

function waitInLine(run: Run, visit: RingVisit): Turn {
  const { state } = run;
  const until = visit.lineUntil ?? (visit.queueMs === null ? NEVER : run.at + visit.queueMs);
  if (run.at >= until)
    return endRound(run, state.asked.some((agent) => agent !== state.assignee) ? 'timeout' : 'unavailable');
  state.ringing = { ...visit, lineUntil: until };
  // The place in line is by how long the contact has waited, not by when the line was entered.
  const entered = enterLine(run, visit, state.awaitingSince);
  const { target, strategy } = visit;
  const line = { kind: 'line' as const, node: state.node ?? '', target, strategy, since: run.at, until, entered };
  return rest(run, { ...line, ...widensAt(visit, run.at) });
}

/** It has waited long enough to ask less of skills: it stands in line as before, for more agents. */
export function widened(run: Run, line: Extract<Rest, { kind: 'line' }>): null {
  const visit = run.state.ringing;
  if (!visit) return null;
  enterLine(run, visit, run.state.awaitingSince);
  const skills = skillsWanted(visit, run.at).map(({ skill, level }) => `${skill} ${level}`);
  const what =
    skills.length > 0 ? `Less is asked from now on: ${skills.join(', ')}.` : 'No skill is asked for from now on.';
  tell(run, { kind: 'offer', what });
  const { widenAt: _over, ...rest } = line;
  run.state.rest = { ...rest, ...widensAt(visit, run.at) };
  return null;
}

function enterLine(run: Run, visit: RingVisit, since: number): number {
  const { asked, priority } = run.state;
  const { target, strategy, ringMs: ringTimeoutMs, ringGiven } = visit;
  const groupTime = ringGiven ? {} : { groupTime: true as const };
  const place = { priority: visit.ahead ? AHEAD_OF_ALL : priority, since };
  const facts = { target, strategy, asked, ...place, ringTimeoutMs, ...groupTime };
  return emit(run, { do: 'enterLine', ...facts, ...choiceFacts(run, visit) });
}

function choiceFacts(run: Run, visit: RingVisit): ChoiceFacts {
  const { sticky, offlineAgents } = visit;
  const skills = skillsWanted(visit, run.at);
  return {
    ...zoneOf(run),
    ...(sticky === undefined ? {} : { sticky }),
    ...(offlineAgents === undefined ? {} : { offlineAgents }),
    ...(skills.length === 0 ? {} : { skills }),
  };
}

function waitOnList(run: Run, visit: RingVisit, group: string): Turn {
  const { state } = run;
  tell(run, { kind: 'offer', what: "Waits in the group's list until an agent takes it.", detail: { group } });
  // The agents of the list see it while it waits there, whoever has it meanwhile.
  if (visit.purpose !== 'ring') state.ringing = { ...visit, groupBefore: state.group };
  state.group = group;
  const until = visit.listMs === null ? NEVER : run.at + visit.listMs;
  return rest(run, { kind: 'list', node: state.node ?? '', group, since: run.at, until });
}

function endOffer(
  run: Run,
  offer: string,
  agents: string[],
  how: 'accepted' | 'declined' | 'missed' | 'rescinded',
  winner: string | null = run.state.slot,
): void {
  emit(run, { do: 'endOffer', offer, agents, how, winner, ...(how === 'accepted' ? zoneOf(run) : {}) });
}

/** His slot belongs to this enquiry by another offer, or because he has it. */
function holdsSlot({ state: { slot, rest } }: Run, agent: string): boolean {
  return slot === agent || (rest?.kind === 'ring' && !rest.offer.broadcast && rest.offer.agents.includes(agent));
}

function latestLast(missed: string[], agents: string[]): string[] {
  return [...missed.filter((agent) => !agents.includes(agent)), ...agents];
}

function decided(answer: object): Record<string, unknown> {
  return has(answer, 'decision') ? { decision: answer.decision } : {};
}

/** Above every priority a flow may give. */
const AHEAD_OF_ALL = 1000;

const failed = ({ state }: Run): string =>
  state.assignee === null ? 'Nobody took it: it waits in the list of its group.' : TRANSFER_FAILED;
const TRANSFER_FAILED = 'Nobody took the transfer: it stays with whoever had it.';
const ENDED: Record<RoundEnd, string> = {
  accepted: 'An agent accepted.',
  timeout: 'Everybody who could be asked was asked.',
  unavailable: 'Nobody was available.',
  withdrawn: 'It was taken back.',
};
const ENDED_TRANSFER: Partial<Record<RoundEnd, string>> = {
  accepted: 'The transfer was accepted.',
  withdrawn: 'The transfer was taken back.',
};
const NOBODY = new Map([
  ['asked', 'Everybody who could be asked was asked.'],
  ['full', 'Agents are online but have no free slot.'],
  ['offline', 'Nobody of the group is online.'],
  ['unknown', 'The group or agent does not exist.'],
]);
