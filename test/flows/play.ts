import {
  flowDefaults,
  nextDeadline,
  step,
  type ActOutcome,
  type Answer,
  type Effect,
  type EnquiryState,
  type Flow,
  type FlowDefaults,
  type FlowEvent,
  type FlowNode,
  type MessageFacts,
  type SettingValues,
  type TraceEntry,
} from '../../flows';
import { unchecked } from './unchecked';

/** A flow of these nodes that starts at the first; everything else is as small as the linter allows. */
export function aFlow(nodes: Record<string, FlowNode>, rest: Partial<Flow> = {}): Flow {
  return {
    $schema: 'https://ringpost.dev/schema/flow-1.json',
    id: 'a-flow',
    title: 'A flow',
    start: Object.keys(nodes)[0] ?? '',
    nodes,
    ...rest,
  };
}

/** A mail of the contact, from a person. */
export function aMessage(rest: Partial<MessageFacts> = {}): MessageFacts {
  return {
    id: 'message-1',
    kind: 'person',
    automatic: false,
    fromDomain: 'example.org',
    language: 'en',
    attachmentCount: 0,
    size: 1000,
    spf: 'pass',
    dkim: 'pass',
    dmarc: 'pass',
    participant: true,
    ...rest,
  };
}

type Reply = Answer | { error: string };
/** What each effect answers: one answer for all, or one after the other (the last stays). */
export type Answers = Partial<Record<Effect['do'], Reply | Reply[]>>;

type Shape<T> = T extends { at: number } ? Omit<T, 'at'> & { at?: number } : never;
type ActShape<T> = T extends { act: string } ? Omit<T, 'act' | 'at'> & { act?: string; at?: number } : never;
export type LooseEvent = Shape<Exclude<FlowEvent, { act: string }>> | ActShape<Extract<FlowEvent, { act: string }>>;

export const START = Date.UTC(2026, 9, 5, 8, 0); // a Monday

/** Drives `step` as the workflow does: answers every question at once from `answers`, keeps all that comes out. */
export class Play {
  state: EnquiryState | null = null;
  at = START;
  readonly effects: Effect[] = [];
  readonly trace: TraceEntry[] = [];
  readonly acts: { act: string; outcome: ActOutcome }[] = [];
  private asked = new Map<string, number>();
  private actNumber = 0;

  readonly flow: Flow;
  readonly answers: Answers;
  readonly settings: SettingValues;
  readonly defaults: FlowDefaults;

  constructor(flow: Flow, answers: Answers = {}, settings: SettingValues = {}, defaults: Partial<FlowDefaults> = {}) {
    this.flow = flow;
    this.answers = answers;
    this.settings = settings;
    this.defaults = { ...flowDefaults, ...defaults };
  }

  /** The state after the first event. */
  get now(): EnquiryState {
    if (!this.state) throw new Error('not started');
    return this.state;
  }

  start(message: Partial<MessageFacts> = {}, startAt?: string): this {
    const event = { type: 'start' as const, enquiryId: 'enquiry-1', channelId: 'support', message: aMessage(message) };
    return this.send(startAt === undefined ? event : { ...event, startAt });
  }

  send(loose: LooseEvent): this {
    const at = loose.at ?? this.at;
    const act = 'agent' in loose && loose.type !== 'matched' && loose.type !== 'agent-gone';
    this.feed(unchecked({ ...loose, at, ...(act ? { act: loose.act ?? `act-${++this.actNumber}` } : {}) }));
    while (this.state?.asking) this.answer();
    return this;
  }

  /** One event, its question left open. */
  feed(event: FlowEvent): this {
    const result = step(this.flow, this.settings, this.state, event, this.defaults);
    this.state = result.state;
    this.effects.push(...result.effects);
    this.trace.push(...result.trace);
    this.acts.push(...result.acts);
    return this;
  }

  /** Answers the open question. */
  answer(reply?: Reply): this {
    const { asking } = this.now;
    const effect = this.effects.find(({ seq }) => seq === asking?.seq);
    if (!asking || !effect) throw new Error('no open question, or one without an effect');
    const given = reply ?? this.replyTo(effect);
    return this.feed(
      'error' in given
        ? { type: 'error', at: this.at, seq: asking.seq, code: given.error }
        : { type: 'answer', at: this.at, seq: asking.seq, answer: given },
    );
  }

  /** Time passes until the rest's deadline, and the clock rings. */
  timePasses(): this {
    const deadline = nextDeadline(this.now);
    if (deadline === null) throw new Error('this rest has no end');
    this.at = deadline;
    return this.send({ type: 'clock' });
  }

  /** How the last act ended. */
  get outcome(): ActOutcome | undefined {
    return this.acts.at(-1)?.outcome;
  }

  /** Names of the effects asked for so far, and then begins anew. */
  done(): string[] {
    const names = this.effects.map((effect) => effect.do);
    this.effects.length = 0;
    return names;
  }

  all<Name extends Effect['do']>(name: Name): Extract<Effect, { do: Name }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { do: Name }> => effect.do === name);
  }

  get offer(): string {
    const { rest } = this.now;
    if (rest?.kind !== 'ring') throw new Error(`nothing rings: ${JSON.stringify(rest)}`);
    return rest.offer.id;
  }

  private replyTo(effect: Effect): Reply {
    const given = this.answers[effect.do] ?? DEFAULTS[effect.do] ?? { done: true };
    if (!Array.isArray(given)) return given;
    const count = this.asked.get(effect.do) ?? 0;
    this.asked.set(effect.do, count + 1);
    const next = given[Math.min(count, given.length - 1)];
    if (!next) throw new Error(`no answer for ${effect.do}`);
    return next;
  }
}

export const reserved = (agent: string, until = START + 60_000): Answer => ({
  reserved: agent,
  decision: 'd-1',
  until,
});
export const nobody = (why: 'asked' | 'full' | 'offline' | 'unknown'): Answer => ({ nobody: why, decision: 'd-1' });

const DEFAULTS: Answers = {
  checkBlocklist: { blocked: false },
  reserveAgent: reserved('ana'),
  reserveFor: reserved('ana'),
  queueMail: { queued: 'outbox-1' },
  queueReply: { queued: 'outbox-2' },
  forwardMail: { queued: 'outbox-3' },
  notifyStaff: { told: ['ana'] },
  findEngaged: { engaged: null, available: false },
};

/** Nodes that most tests end in. */
export const serve: FlowNode = {
  type: 'wait',
  for: ['agent-closed', 'transfer-requested'],
  timeout: '3d',
  restartOn: ['customer-replied', 'agent-replied'],
  next: { 'agent-closed': 'close', 'transfer-requested': 'hand-over', timeout: 'idle' },
};
export const ends: Record<string, FlowNode> = {
  serve,
  'hand-over': { type: 'transfer', to: 'requested-destination', next: { accepted: 'serve', failed: 'serve' } },
  close: { type: 'close', reason: 'resolved', notify: 'enquiry-closed' },
  idle: { type: 'close', reason: 'no-reply', notify: false },
};

/** Routes to the group "desk", rings, and serves; misses lead to a wait that is called "missed". */
export function ringFlow(ring: Partial<Extract<FlowNode, { type: 'ring' }>> = {}, rest: Partial<Flow> = {}): Flow {
  return aFlow(
    {
      route: {
        type: 'route',
        rule: 'sequence',
        destinations: [{ group: 'desk' }],
        next: { routed: 'ring', unroutable: 'missed' },
      },
      ring: {
        type: 'ring',
        to: 'routed-group',
        next: { accepted: 'serve', timeout: 'missed', unavailable: 'nobody-there' },
        ...ring,
      },
      missed: { type: 'wait', timeout: '1d', next: { timeout: 'idle' } },
      'nobody-there': { type: 'wait', timeout: '1d', next: { timeout: 'idle' } },
      ...ends,
    },
    { onTaken: 'serve', onClosed: 'close', ...rest },
  );
}
