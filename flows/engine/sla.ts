import { afterOpenTime, openTimeBetween } from '../open-time';
import { resolveDuration } from '../setting-values';
import { NEVER, type EnquiryState, type Instant, type SlaClock, type SlaName, type SlaStanding } from '../state';
import { tell, type Run, type Turn } from './run';
import { happened } from './wait-events';

const NAMES: readonly SlaName[] = ['firstResponse', 'resolution'];
const TITLES: Record<SlaName, string> = { firstResponse: 'first response', resolution: 'resolution' };
/** Where a flow does not say when it is warned: after this part of the time. */
const WARNED_AFTER = 0.8;

/** Starts the clocks that the flow agrees on; for what a machine wrote none runs. An enquiry opened again starts anew. */
export function startSla(run: Run): void {
  const { flow, settings, state } = run;
  const { sla } = flow;
  if (!sla || state.message.automatic) return;
  const clocks: EnquiryState['sla'] = {};
  for (const name of NAMES) {
    if (sla[name] === undefined) continue;
    const wholeMs = resolveDuration(flow, settings, sla[name], 0);
    if (wholeMs <= 0) continue;
    const given =
      sla.warnBefore === undefined ? wholeMs * (1 - WARNED_AFTER) : resolveDuration(flow, settings, sla.warnBefore, 0);
    clocks[name] = running(run, { wholeMs, leftMs: wholeMs, warnMs: Math.min(Math.round(given), wholeMs) });
  }
  state.sla = clocks;
}

function running(
  { at, defaults }: Run,
  { wholeMs, leftMs, warnMs }: { wholeMs: number; leftMs: number; warnMs: number },
  warned = false,
): SlaClock {
  const calendar = defaults.calendar ?? null;
  return {
    state: 'running',
    wholeMs,
    warnMs,
    leftMs,
    warned,
    warnAt: afterOpenTime(calendar, at, Math.max(0, leftMs - warnMs)),
    dueAt: afterOpenTime(calendar, at, leftMs),
    endedAt: null,
  };
}

/** The moment at which an agreed time is nearly over, or over; null when none runs. */
export function slaDeadline({ sla, status }: EnquiryState): Instant | null {
  if (!sla || status === 'closed') return null;
  const moments = NAMES.flatMap((name) => {
    const clock = sla[name];
    if (clock?.state !== 'running') return [];
    return [clock.warned ? clock.dueAt : clock.warnAt];
  });
  const next = Math.min(NEVER, ...moments);
  return next >= NEVER ? null : next;
}

/** An agreed time is nearly over, or over: the story tells it, and a `wait` that names it ends. */
export function slaIsDue(run: Run): Turn | null {
  for (const name of NAMES) {
    const clock = run.state.sla?.[name];
    if (clock?.state !== 'running') continue;
    if (clock.dueAt <= run.at) return breached(run, name, clock);
    if (!clock.warned && clock.warnAt <= run.at) {
      change(run, name, { ...clock, warned: true });
      tellOf(run, name, 'warned', `The agreed time for the ${TITLES[name]} is nearly over`, clock);
      return happened(run, 'sla-warned');
    }
  }
  return null;
}

function breached(run: Run, name: SlaName, clock: SlaClock): Turn | null {
  change(run, name, { ...clock, warned: true, state: 'breached' });
  tellOf(run, name, 'breached', `The agreed time for the ${TITLES[name]} is over`, clock);
  return happened(run, 'sla-breached');
}

/** The agent answered: the first response is there; whether this was it. */
export function slaAnswered(run: Run): boolean {
  return end(run, 'firstResponse', 'The first response came in the agreed time');
}

/** The first response was taken back: what was answered since (`next`, its time) stands for it, else it is owed again. */
export function slaTakenBack(run: Run, next: Instant | null): void {
  const clock = run.state.sla?.firstResponse;
  if (!clock || run.state.status === 'closed') return;
  const late = next === null || next > clock.dueAt;
  if (clock.state === 'met' && late) {
    const at = clock.endedAt ?? run.at;
    change(run, 'firstResponse', { ...clock, state: 'running', endedAt: null });
    const what = 'The answer that had met the agreed time for the first response was taken back.';
    tell(run, { kind: 'sla', outcome: 'unmet', what, detail: { sla: 'firstResponse', at } });
    if (next === null) return;
    change(run, 'firstResponse', { ...clock, warned: true, state: 'breached', endedAt: next });
    tellOf(run, 'firstResponse', 'breached', 'The agreed time for the first response was over when it came', clock);
    return;
  }
  change(run, 'firstResponse', { ...clock, endedAt: next });
}

/** How an open enquiry stands to its agreed times: as the worst of those that are still owed; null where none is. */
export function slaStanding({ sla = {}, status }: Pick<EnquiryState, 'sla' | 'status'>): SlaStanding | null {
  if (status === 'closed') return null;
  const owed = NAMES.flatMap((name) => sla[name] ?? []).filter(({ endedAt }) => endedAt === null);
  const words = owed.map(({ state, warned }) => (state === 'running' && warned ? 'warned' : state));
  return STANDINGS.find((word) => words.includes(word)) ?? null;
}

const STANDINGS: readonly SlaStanding[] = ['breached', 'warned', 'running', 'paused'];

/** It was closed: nothing is owed any more. */
export function slaClosed(run: Run): void {
  end(run, 'firstResponse', 'It was closed within the agreed time for the first response');
  end(run, 'resolution', 'It was resolved in the agreed time');
}

/** The close was taken back: what only the close had met is owed again, and its time goes on as if nothing had been. */
export function slaOwedAgain(run: Run, before: NonNullable<EnquiryState['sla']>): void {
  for (const name of NAMES) {
    const [was, is] = [before[name], run.state.sla?.[name]];
    if (!was || !is || was.endedAt === is.endedAt) continue;
    change(run, name, was);
    if (is.state !== 'met') continue;
    const what = `The close that had met the agreed time for the ${TITLES[name]} was taken back.`;
    tell(run, { kind: 'sla', outcome: 'unmet', what, detail: { sla: name, at: is.endedAt ?? run.at } });
  }
}

/** While it is the contact's turn, the time for the resolution stands still. */
export function slaTurn(run: Run, awaiting: 'agent' | 'contact'): void {
  const clock = run.state.sla?.resolution;
  if (!clock) return;
  if (awaiting === 'contact' && clock.state === 'running') {
    const leftMs = openTimeBetween(run.defaults.calendar ?? null, run.at, clock.dueAt);
    change(run, 'resolution', { ...clock, state: 'paused', leftMs });
  } else if (awaiting === 'agent' && clock.state === 'paused') {
    change(run, 'resolution', running(run, clock, clock.warned));
  }
}

/** What was agreed on is there; whether it was not before. */
function end(run: Run, name: SlaName, what: string): boolean {
  const clock = run.state.sla?.[name];
  if (!clock || clock.endedAt !== null) return false;
  if (clock.state === 'breached') {
    change(run, name, { ...clock, endedAt: run.at });
    return true;
  }
  change(run, name, { ...clock, state: 'met', endedAt: run.at });
  tellOf(run, name, 'met', what, clock);
  return true;
}

function change(run: Run, name: SlaName, clock: SlaClock): void {
  run.state.sla = { ...run.state.sla, [name]: clock };
}

function tellOf(run: Run, name: SlaName, outcome: 'warned' | 'breached' | 'met', what: string, clock: SlaClock): void {
  const until = clock.state === 'running' && clock.dueAt < NEVER ? { until: clock.dueAt } : {};
  tell(run, { kind: 'sla', outcome, what: `${what}.`, detail: { sla: name, ...until } });
}
