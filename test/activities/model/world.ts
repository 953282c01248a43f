import { createActivities, type AllActivities } from '../../../activities';
import type { CarriedRun, EffectCall, EffectName } from '../../../activities/effects';
import type { Ports } from '../../../activities/ports';
import { passOn } from '../../../activities/upkeep/pass-on';
import { tellLostOffers } from '../../../activities/upkeep/lost-offers';
import { wakeStuckLines } from '../../../activities/upkeep/stuck-lines';
import type { ActOutcome, Effect, EnquiryState, Flow, FlowEvent } from '../../../flows';
import { flowDefaults } from '../../../flows/defaults';
import { nextDeadline } from '../../../flows/rest';
import { step } from '../../../flows';
import type { Store } from '../../../store';
import { aMessage } from '../../flows/play';
import { testSettings } from '../../support/work';
import { Crash, dyingBy, type Plan } from './crash';
import { watchedStore } from './watched-store';

/**
 * How the process dies: after so many writes of a command, and whether the one activity or the whole burst is done anew; `late`:
 * only a matcher dies, and is done anew when other things have happened (`revive`).
 */
export interface Death {
  after: number;
  anew: 'act' | 'burst' | 'late';
}

/** What the driver keeps of one enquiry, as its run would in Temporal. */
interface Run {
  state: EnquiryState | null;
  base: number;
  acts: [string, ActOutcome][];
  seen: string[];
  inbox: FlowEvent[];
}

type Loose<T> = T extends { at: number } ? Omit<T, 'at'> : never;

/**
 * A corner of Ringpost on a real store and the real activities, driven as Temporal would drive them: events of an enquiry one
 * after the other, each effect by its activity, `record` at the end. What dies is done anew, as Temporal does it: the one
 * activity, or all since the last record.
 */
export class World {
  readonly runs = new Map<string, Run>();
  /** Reservations that left an agent with more than he may hold. */
  readonly beyond: string[] = [];
  at = Date.UTC(2026, 9, 5, 8, 0);
  /** Deaths so far. */
  deaths = 0;
  private readonly woken = new Set<string>();
  private readonly dead = new Set<string>();
  private readonly activities: AllActivities;
  private death: (Death & Plan) | null = null;
  private acts = 0;
  readonly ports: Ports;
  readonly store: Store;
  readonly flow: Flow;

  /** `own`: the lines of its group and agents; `reserveTwice`: the fault that the test plants. */
  constructor(store: Store, flow: Flow, own: readonly string[], reserveTwice = false) {
    this.flow = flow;
    this.store = watchedStore(store, { own, reserveTwice, beyond: this.beyond, isOurs: (id) => this.runs.has(id) });
    this.ports = {
      store: this.store,
      settings: { ...testSettings, missesBeforeNotResponding: 1000 },
      now: () => new Date(this.at),
      log: () => undefined,
      workflows: {
        matched: async (id: string, match: object) => this.push(id, { type: 'matched', ...match } as never),
        agentGone: async (id: string, gone: object) => this.push(id, { type: 'agent-gone', ...gone } as never),
        wakeLine: async (kind: string, id: string) => void this.woken.add(`${kind}:${id}`),
      },
    } as unknown as Ports;
    this.activities = createActivities(this.ports);
  }

  /** Opens an enquiry of a contact. */
  async open(id: string, channel: string, contact: string): Promise<void> {
    await this.store.enquiries.create({
      _id: id,
      number: 1,
      channel,
      flow: { id: this.flow.id, revision: 1, sha256: '', settings: {} },
      contact,
      subject: 'A question',
      mail: [{ message: `m-${id}`, at: new Date(this.at), direction: 'in' }],
      links: [],
      by: id,
      openedAt: new Date(this.at),
    });
    this.runs.set(id, { state: null, base: 0, acts: [], seen: [`m-${id}`], inbox: [] });
    this.push(id, { type: 'start', enquiryId: id, channelId: channel, message: aMessage({ id: `m-${id}` }) });
  }

  /** Something happens to an enquiry, now. */
  push(id: string, event: Loose<FlowEvent>): void {
    this.runs.get(id)?.inbox.push({ ...event, at: this.at });
  }

  /** A person's act; how it ended, once everything has come to rest. */
  async act(id: string, event: { type: string; agent: string } & Record<string, unknown>): Promise<ActOutcome | null> {
    const act = `act-${(this.acts += 1)}`;
    this.push(id, { ...event, act } as never);
    await this.settle();
    return this.runs.get(id)?.acts.find(([name]) => name === act)?.[1] ?? null;
  }

  /** His word changes, and what follows from it. */
  async says(agent: string, word: 'available' | 'away'): Promise<void> {
    const after = await this.store.agents.setPresence(agent, word, 'agent', this.ports.now(), 365 * 86_400_000);
    if (after && word === 'away') await passOn(this.ports, after, 'away');
    if (word === 'available') await this.wake(agent);
    await this.settle();
  }

  /** The lines in which somebody may wait for this agent look again. */
  async wake(agent: string): Promise<void> {
    for (const { _id } of await this.store.groups.ofAgent(agent)) this.woken.add(`group:${_id}`);
    this.woken.add(`agent:${agent}`);
  }

  /** Matchers that died are done anew. */
  async revive(): Promise<void> {
    for (const line of this.dead) this.woken.add(line);
    this.dead.clear();
    await this.settle();
  }

  /** Whether this command has died. */
  get dies(): boolean {
    return this.death?.left === 0;
  }

  /** From now on whatever happens writes towards this death; null: nothing dies. */
  dieNext(death: Death | null): void {
    this.death = death && { ...death, left: death.after };
  }

  /** Takes events and matches lines until nothing is left to do. */
  async settle(): Promise<void> {
    for (let left = true; left;) {
      left = false;
      for (const [id, run] of this.runs) {
        if (run.inbox.length === 0) continue;
        left = true;
        await this.burst(id, run);
      }
      for (const line of this.woken) {
        left = true;
        this.woken.delete(line);
        await this.match(line);
      }
    }
  }

  private next(): { id: string; until: number } | undefined {
    const deadlines = [...this.runs].flatMap(([id, { state }]) => {
      const until = state && nextDeadline(state);
      return until === null ? [] : [{ id, until }];
    });
    return deadlines.toSorted((a, b) => a.until - b.until)[0];
  }

  /** Whether a rest ends by its time within so long. */
  nextWithin(ms: number): boolean {
    const next = this.next();
    return next !== undefined && next.until - this.at < ms;
  }

  /** The time of the earliest rest is over. */
  async timePasses(): Promise<void> {
    const next = this.next();
    if (!next) return;
    this.at = Math.max(this.at + 1, next.until);
    this.push(next.id, { type: 'clock' });
    await this.settle();
  }

  /** What the clock does half a minute later for lines that nobody looked at, and for offers whose word got lost. */
  async clock(): Promise<void> {
    const later = { ...this.ports, now: () => new Date(this.at + this.ports.settings.stuckLineMs + 1) };
    await wakeStuckLines(later);
    await tellLostOffers(later);
    await this.settle();
  }

  /** Takes what still waits out of its line, so that later histories need not look at it. */
  async end(): Promise<void> {
    await Promise.all([...this.runs.keys()].map((id) => this.store.lines.leave(id)));
  }

  private async match(line: string): Promise<void> {
    const [kind, id = ''] = line.split(':');
    const call = { kind: kind === 'group' ? 'group' : 'agent', id } as const;
    for (let moved = 1; moved > 0;) {
      try {
        ({ moved } = await this.surviving(() => this.activities.matchLine(call), true));
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        if (this.death?.anew !== 'late') continue;
        this.dead.add(line);
        return;
      }
    }
  }

  /** One local activity: what dies is asked again. */
  private async surviving<T>(work: () => Promise<T>, matching = false): Promise<T> {
    const { death } = this;
    if (!death || death.left === 0 || (death.anew === 'late' && !matching)) return work();
    try {
      return await dyingBy(death, work);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.deaths += 1;
      if (death.anew !== 'act') throw error;
      return work();
    }
  }

  private async burst(id: string, run: Run): Promise<void> {
    const before = { ...run, acts: [...run.acts], seen: [...run.seen] };
    const events = run.inbox.splice(0);
    try {
      await this.take(id, run, events);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      // The task is done anew, from what the run knew at its beginning; others may go on before it.
      Object.assign(run, before, { inbox: [...events, ...run.inbox] });
    }
  }

  private async take(id: string, run: Run, events: FlowEvent[]): Promise<void> {
    const trace: Parameters<AllActivities['record']>[0]['trace'] = [];
    const decided: [string, ActOutcome][] = [];
    const apply = (event: FlowEvent): Effect[] => {
      const result = step(this.flow, {}, run.state, event, flowDefaults);
      run.state = result.state;
      trace.push(...result.trace);
      decided.push(...result.acts.map(({ act, outcome }): [string, ActOutcome] => [act, outcome]));
      return [...result.effects];
    };
    for (const event of events) {
      if (event.type === 'mail') run.seen.push(event.message.id);
      const queue = apply(event);
      for (let effect = queue.shift(); effect; effect = queue.shift()) {
        const answer = await this.perform(id, effect);
        if (run.state?.asking?.seq === effect.seq)
          queue.push(...apply({ type: 'answer', at: event.at, seq: effect.seq, answer }));
      }
    }
    if (!run.state || (trace.length === 0 && decided.length === 0)) return;
    await this.record(id, run, trace, decided, events);
  }

  private async perform(id: string, effect: Effect) {
    const { state } = this.runs.get(id) as Run;
    // The mail itself is not what is tested here.
    if (effect.do === 'queueReply') return { queued: `${id}:${effect.seq}` };
    if (effect.do === 'keepNote') return { done: true as const };
    const enquiry = await this.store.enquiries.get(id);
    const call = {
      enquiryId: id,
      channelId: state?.channelId ?? '',
      number: 1,
      contact: enquiry?.contact ?? null,
      effect,
    };
    const activity = this.activities[effect.do as EffectName] as (call: EffectCall<EffectName>) => Promise<never>;
    return this.surviving(() => activity(call as EffectCall<EffectName>));
  }

  private async record(
    id: string,
    run: Run,
    trace: Parameters<AllActivities['record']>[0]['trace'],
    decided: [string, ActOutcome][],
    events: FlowEvent[],
  ): Promise<void> {
    const state = run.state as EnquiryState;
    const carried: CarriedRun = { state, acts: [...run.acts, ...decided], seen: run.seen };
    const call = {
      enquiryId: id,
      run: { workflowId: id, runId: '1' },
      base: run.base,
      carried,
      trace,
      awaited: '',
      until: null,
    };
    const { ahead } = await this.surviving(() => this.activities.record({ ...call, result: null }));
    const stands = ahead ?? carried;
    // As a run that finds another record than its own takes the mails that one does not know.
    const unknown = ahead
      ? events.filter((event) => event.type === 'mail' && !ahead.seen.includes(event.message.id))
      : [];
    run.inbox.unshift(...unknown);
    Object.assign(run, { state: stands.state, base: stands.state.seq, acts: [...stands.acts], seen: [...stands.seen] });
  }
}
