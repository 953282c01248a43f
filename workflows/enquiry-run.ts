import {
  CancellationScope,
  condition,
  isCancellation,
  patched,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import type { RecordCall, StandingRun } from '../activities/effects';
import { migrate } from '../flows/migrate';
import { describeRest, nextDeadline } from '../flows/rest';
import { step } from '../flows/step';
import type { ActOutcome, Effect, EnquiryState, FlowEvent, StepResult, TraceEntry } from '../flows/state';
import { local } from './activity-proxies';
import { perform } from './perform-effect';
import { attributeKeys, searchAttributesOf, type Upserts } from './search-attributes';
import type { CarriedRun, EnquiryInput, EnquiryResult, FailedDelivery, MigrateInput, MigrateOutcome } from './messages';

const KEPT_ACTS = 50;
/** So many times in a row acts are decided anew where another record stands than the one a burst began from. */
const MOST_BEHIND = 5;
const KEPT_MAILS = 500;

/** An event as handlers push it: `at` is set when it is taken, so that order is the order of arrival. */
export type Arrival =
  | (FlowEvent extends infer Each ? (Each extends { at: number } ? Omit<Each, 'at'> : never) : never)
  | ({ type: 'delivery-failed' } & FailedDelivery);

/**
 * One run of an enquiry: the inbox, the state, and the burst that turns events into effects. Events are decided one
 * after the other by `step`; a question's answer is fed back before the next event is looked at.
 */
export class EnquiryRun {
  readonly inbox: Arrival[] = [];
  private input: EnquiryInput;
  private state: EnquiryState | null = null;
  private acts = new Map<string, ActOutcome>();
  private undecided = new Map<string, ActOutcome>();
  private seen: string[] = [];
  /** What was told or asked for since the last record and is no mail: mails the store can give again, this not. */
  private told: Arrival[] = [];
  private trace: TraceEntry[] = [];
  private base = 0;
  private behind = 0;
  private path: string[] = [];
  private timerAt: number | null = null;
  private timer: CancellationScope | null = null;
  private readonly migrations: { wanted: MigrateInput; outcome: MigrateOutcome | null }[] = [];
  private moved = false;
  private readonly upserts: Upserts = { assigned: false, missed: false, closed: false };

  constructor(input: EnquiryInput) {
    this.input = input;
  }

  /** The state for queries; null before the first burst. */
  getState(): EnquiryState | null {
    return this.state;
  }

  /** True when the enquiry is closed; the run may end once inbox and handlers are empty. */
  isClosed(): boolean {
    return this.state?.status === 'closed';
  }

  /** True when an event waits or a deadline has passed. */
  hasWork(): boolean {
    return this.inbox.length > 0 || this.isDue() || this.migrations.some(({ outcome }) => outcome === null);
  }

  /** True when the run took over another revision and goes on as a new one. */
  hasMoved(): boolean {
    return this.moved;
  }

  /** What the next run of the same enquiry is started with. */
  next(): EnquiryInput {
    return { ...this.input, carried: this.carry() };
  }

  /** What the next run of the same enquiry goes on with. */
  carry(): CarriedRun {
    if (!this.state) throw ApplicationFailure.nonRetryable('A run without state cannot be carried on.', 'NoState');
    return { state: this.state, acts: [...this.acts].slice(-KEPT_ACTS), seen: this.seen.slice(-KEPT_MAILS) };
  }

  /** Result of the run, for the Temporal UI. */
  result(): EnquiryResult {
    const { ending, seq, merged } = this.state ?? {};
    return { ending: ending ?? 'none', path: this.path, seq: seq ?? 0, ...(merged ? { into: merged.into } : {}) };
  }

  /** A run never assumes it is the first: it goes on from what was carried, else from the store, else it starts. */
  async begin(): Promise<void> {
    if (this.input.carried) {
      this.adopt(this.input.carried);
      return;
    }
    const { carried, mails } = await this.load();
    if (carried) this.adopt(carried);
    else {
      const { enquiryId, channelId, message, writtenBy, splitFrom: splitOff } = this.input;
      this.seen.push(message.id);
      const first = {
        ...(writtenBy === undefined ? {} : { writtenBy }),
        ...(splitOff === undefined ? {} : { splitOff }),
      };
      this.inbox.unshift({ type: 'start', enquiryId, channelId, message, ...first });
    }
    for (const message of mails) this.inbox.push({ type: 'mail', message });
  }

  private load(): ReturnType<typeof local.load> {
    return local.load.executeWithOptions({ summary: 'what the store knows of it' }, [
      { enquiryId: this.input.enquiryId, startedBy: this.input.message.id },
    ]);
  }

  /** Waits for the outcome of a person's act; a repeated key gets the answer of the first. */
  async act(event: Arrival & { act: string }): Promise<ActOutcome> {
    if (!this.acts.has(event.act) && !this.inbox.some((each) => 'act' in each && each.act === event.act)) {
      if (!this.undecided.has(event.act)) this.inbox.push(event);
    }
    await condition(() => this.acts.has(event.act));
    return this.acts.get(event.act) as ActOutcome;
  }

  /** Waits until the run has gone on with another revision, or has said why not; decided between bursts. */
  async migrate(wanted: MigrateInput): Promise<MigrateOutcome> {
    const migration = { wanted, outcome: null as MigrateOutcome | null };
    this.migrations.push(migration);
    await condition(() => migration.outcome !== null);
    return migration.outcome ?? { refusals: [] };
  }

  /** Takes every waiting event, then commits once; what a person asked for is carried out before what came after it. */
  async burst(): Promise<void> {
    if (this.isDue()) {
      if (this.isErrandFirst()) this.inbox.unshift({ type: 'clock' });
      else this.inbox.push({ type: 'clock' });
    }
    while (this.inbox.length > 0) {
      const event = this.inbox.shift() as Arrival;
      const toldBy = tellingOf(event);
      if (toldBy !== null && this.hasSeen(toldBy)) continue;
      // Asked again after a death, while what it asks for stood recorded: that has just been carried out.
      if ('act' in event && this.undecided.has(event.act)) continue;
      if ('act' in event || (toldBy !== null && event.type !== 'mail')) this.told.push(event);
      await this.take({ ...event, at: Date.now() });
      if (this.isErrandFirst()) break;
    }
    await this.commit();
    for (const migration of this.migrations) migration.outcome ??= await this.takeOver(migration.wanted);
    this.arm();
  }

  /** Runs from before refused what waited behind an errand, though it could have been answered a moment later. */
  private isErrandFirst(): boolean {
    return Boolean(this.state?.errand) && this.inbox.length > 0 && patched('errand-first');
  }

  private async takeOver({ flow, revision, settings, map, agent }: MigrateInput): Promise<MigrateOutcome> {
    const before = this.input;
    if (!this.state) return { refusals: ['It has not begun.'] };
    const known = before.revision.flow === revision.flow && before.revision.number === revision.number;
    if (known) return { refusals: [`It runs on revision ${revision.number} already.`] };
    const taken = migrate({ from: before.flow, to: flow, state: this.state, map });
    if ('refusals' in taken) return taken;
    const seq = this.state.seq + 1;
    const what = `It goes on with revision ${revision.number}; before it was ${before.revision.number}.`;
    this.state = { ...taken.state, seq };
    this.trace.push({ seq, at: Date.now(), node: taken.state.node, kind: 'migrate', what, by: agent });
    const { flow: id, number, sha256 } = revision;
    if (!(await this.commit({ id, revision: number, sha256, settings, defaults: before.defaults }))) {
      return { refusals: ['It changed at this very moment; try again.'] };
    }
    this.input = { ...before, flow, revision, settings };
    upsertSearchAttributes([{ key: attributeKeys.revision, value: number }]);
    this.moved = true;
    return { migrated: true };
  }

  private hasSeen(id: string): boolean {
    if (this.seen.includes(id)) return true;
    this.seen.push(id);
    return false;
  }

  private async take(event: FlowEvent): Promise<void> {
    const queue: Effect[] = this.apply(event);
    for (let effect = queue.shift(); effect; effect = queue.shift()) {
      const reply = await this.perform(effect);
      if (this.state?.asking?.seq === effect.seq || reply.type === 'error') queue.push(...this.apply(reply));
    }
  }

  private apply(event: FlowEvent): Effect[] {
    const { flow, settings, defaults } = this.input;
    const result: StepResult = step(flow, settings, this.state, event, defaults);
    this.state = result.state;
    this.trace.push(...result.trace);
    for (const entry of result.trace) if (entry.node && this.path.at(-1) !== entry.node) this.path.push(entry.node);
    this.path = this.path.slice(-200);
    for (const { act, outcome } of result.acts) this.undecided.set(act, outcome);
    return [...result.effects];
  }

  private async perform(effect: Effect): Promise<Extract<FlowEvent, { type: 'answer' | 'error' }>> {
    const { enquiryId, channelId, number, contact, revision } = this.input;
    const flow = { id: revision.flow, revision: revision.number };
    try {
      const answer = await perform(effect, { enquiryId, channelId, number, contact, flow });
      return { type: 'answer', at: Date.now(), seq: effect.seq, answer };
    } catch (error) {
      if (isCancellation(error)) throw error;
      return { type: 'error', at: Date.now(), seq: effect.seq, code: failureType(error) };
    }
  }

  /** `record`, then the acts of this burst are answered: who reads the store after an answer sees its effect. */
  private async commit(pin?: RecordCall['pin']): Promise<boolean> {
    if (!this.state) return false;
    let recorded = true;
    const decided = new Map(this.undecided);
    if (this.trace.length > 0 || decided.size > 0) {
      const ahead = await this.record(this.state, decided, pin);
      recorded = !ahead;
      if (ahead) await this.goOnFrom(ahead, decided);
      else [this.base, this.behind] = [this.state.seq, 0];
    }
    this.told = [];
    for (const [act, outcome] of decided) {
      this.acts.set(act, outcome);
      this.undecided.delete(act);
    }
    const attributes = searchAttributesOf(this.state, this.upserts);
    if (attributes) upsertSearchAttributes(attributes);
    // Temporal forgets the summary of the start when a run continues as new, so it stands here too.
    const { channelId, number, fromDomain } = this.input;
    const about = `${channelId} #${number}, from ${fromDomain}`;
    setCurrentDetails(`${describeRest(this.state)}\n\nPath: ${this.path.join(' > ')}\n\n${about}`);
    return recorded;
  }

  private async record(
    state: EnquiryState,
    decided: ReadonlyMap<string, ActOutcome>,
    pin?: RecordCall['pin'],
  ): Promise<StandingRun | null> {
    const trace = this.trace;
    this.trace = [];
    const awaited = describeRest(state);
    const { workflowId, runId } = workflowInfo();
    const { ahead } = await local.record.executeWithOptions({ summary: awaited }, [
      {
        enquiryId: this.input.enquiryId,
        run: { workflowId, runId },
        base: this.base,
        carried: { ...this.carry(), acts: [...this.acts, ...decided].slice(-KEPT_ACTS) },
        trace,
        awaited,
        until: nextDeadline(state),
        result: state.status === 'closed' ? this.result() : null,
        ...(pin ? { pin } : {}),
      },
    ]);
    return ahead;
  }

  /**
   * Another record stands than the one this burst began from: the run was reset, or Temporal dropped a task that had
   * recorded already and had it done anew with what came meanwhile. What the store knows holds; acts it does not know were
   * not done, and are decided anew as mails it has not taken are taken after all.
   */
  private async goOnFrom(ahead: StandingRun, decided: Map<string, ActOutcome>): Promise<void> {
    if (ahead.revision !== undefined && ahead.revision !== this.input.revision.number) {
      // This run holds another flow than the one the enquiry went on with: reconcile starts it anew from the store.
      throw ApplicationFailure.nonRetryable('The enquiry goes on with another revision.', 'OtherRevision');
    }
    const known = new Map(ahead.acts);
    // Where acts were forgotten nobody knows whether this one was done. Runs from before refused all of them.
    this.behind += 1;
    const anew = this.behind <= MOST_BEHIND && ahead.acts.length < KEPT_ACTS && patched('acts-decided-anew');
    // What a person asked for in this burst is decided later, and where the other record knows nothing of it, it was not begun.
    const lost = this.told.flatMap((event) => ('act' in event ? [event.act] : []));
    const undone = new Set<string>();
    for (const act of new Set([...decided.keys(), ...lost])) {
      const outcome = known.get(act);
      if (outcome) decided.set(act, outcome);
      else if (!anew && ahead.state.errand?.act !== act) decided.set(act, { ok: false, code: 'not-possible-now' });
      else {
        if (ahead.state.errand?.act !== act) undone.add(act);
        decided.delete(act);
        this.undecided.delete(act);
      }
    }
    this.adopt(ahead);
    for (const message of (await this.load()).mails) this.inbox.push({ type: 'mail', message });
    const isOpen = (event: Arrival): boolean =>
      'act' in event ? undone.has(event.act) : !this.seen.includes(tellingOf(event) ?? '');
    this.inbox.push(...this.told.filter(isOpen));
  }

  private adopt(carried: CarriedRun): void {
    this.state = carried.state;
    this.base = carried.state.seq;
    this.acts = new Map([...this.acts, ...carried.acts]);
    this.seen = [...carried.seen];
    if (carried.state.node) this.path.push(carried.state.node);
    this.arm();
  }

  private isDue(): boolean {
    const deadline = this.state ? nextDeadline(this.state) : null;
    return deadline !== null && Date.now() >= deadline;
  }

  private rearm(): void {
    this.timerAt = null;
    this.arm();
  }

  /** Lazy timer: one that fires too early is compared with the deadline then, and set anew only if need be. */
  private arm(): void {
    // What a person asked for is carried out at once.
    if (this.state?.errand) return;
    const deadline = this.state ? nextDeadline(this.state) : null;
    if (deadline === null || (this.timerAt !== null && this.timerAt <= deadline)) return;
    this.timer?.cancel();
    this.timerAt = deadline;
    const scope = new CancellationScope();
    this.timer = scope;
    const summary = this.state?.rest ? describeRest(this.state) : 'deadline';
    void scope
      .run(() => sleep(Math.max(1, deadline - Date.now()), { summary: summary.slice(0, 200) }))
      .then(() => (this.timer === scope ? this.rearm() : undefined))
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }
}

/** What makes a mail, a failure or a merge the same when it is told again; null for what is not told. */
function tellingOf(event: Arrival): string | null {
  if (event.type === 'mail') return event.message.id;
  if (event.type === 'absorbed') return `absorbed ${event.from} ${event.since}`;
  if (event.type === 'answer-left') return `answer ${event.outboxId}`;
  if (event.type === 'left') return `left ${event.to} ${event.since}`;
  return event.type === 'delivery-failed' && 'occasion' in event ? `${event.outboxId} ${event.occasion}` : null;
}

function failureType(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type ? cause.type : 'ActivityFailed';
}
