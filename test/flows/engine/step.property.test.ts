import * as fc from 'fast-check';
import { step, type Effect, type EnquiryState, type Flow, type FlowEvent, type StepResult } from '../../../flows';
import { aMessage, START } from '../play';
import { unchecked } from '../unchecked';
import { FITTING, flows, move, type Move } from './random-moves';

/** Plays random moves and checks every promise of a step after each. */
class World {
  state: EnquiryState | null = null;
  at = START;
  open = new Map<string, number>();
  answered = new Set<string>();
  effectNumbers = new Set<number>();
  /** Agents who hold a slot for this enquiry, as the store would count them. */
  slots = new Set<string>();
  effects: Effect[] = [];
  private count = 0;

  readonly flow: Flow;
  constructor(flow: Flow) {
    this.flow = flow;
    this.feed({ type: 'start', at: this.at, enquiryId: 'e', channelId: 'c', message: aMessage() });
  }

  move(move: Move): void {
    const { state } = this;
    if (!state) return;
    const { asking } = state;
    if ('event' in move) {
      this.at += move.wait;
      const right = state.rest?.kind === 'ring' ? state.rest.offer.id : 'none';
      const { automatic, participant } = move.event;
      this.feed(
        unchecked({
          at: this.at,
          act: `act-${++this.count}`,
          offer: move.event['type'] === 'matched' ? `line-${this.count}` : move.offerIs === 'right' ? right : 'other',
          enquiryId: 'e',
          channelId: 'c',
          message: aMessage({
            id: `m-${this.count}`,
            automatic: automatic === true,
            participant: participant === true,
          }),
          ...move.event,
        }),
      );
    } else if (asking) {
      const effect = this.effects.find(({ seq }) => seq === asking.seq);
      const fitting = FITTING[effect?.do ?? 'reserveAgent'] ?? [{ done: true }];
      const chosen = 'reply' in move && move.fits ? fitting[this.count++ % fitting.length] : undefined;
      if ('error' in move) this.feed({ type: 'error', at: this.at, seq: asking.seq, code: move.error });
      else this.feed({ type: 'answer', at: this.at, seq: asking.seq, answer: chosen ?? move.reply });
    }
  }

  private feed(event: FlowEvent): void {
    const before = this.state;
    this.reserve(before, event);
    const result = step(this.flow, {}, before, event);
    for (const effect of result.effects) this.free(effect);
    this.checkNumbers(before, result);
    this.checkActs(event, result);
    this.checkEffects(before, result);
    this.state = result.state;
    this.effects.push(...result.effects);
    this.checkState(result.state);
  }

  private reserve(before: EnquiryState | null, event: FlowEvent): void {
    if (event.type === 'matched') this.slots.add(event.agent);
    if (event.type !== 'answer' || event.seq !== before?.asking?.seq || !('reserved' in event.answer)) return;
    const asked = this.effects.find(({ seq }) => seq === event.seq);
    if (asked?.do === 'reserveFor') this.slots.add(asked.agent);
    else if (asked?.do === 'reserveAgent' || asked?.do === 'offerToAll') this.slots.add(event.answer.reserved);
  }

  private free(effect: Effect): void {
    if (effect.do === 'holdSlot') this.slots.add(effect.agent);
    if (effect.do === 'releaseSlot') this.slots.delete(effect.agent);
    if (effect.do !== 'endOffer') return;
    for (const agent of effect.agents) if (agent !== effect.winner) this.slots.delete(agent);
  }

  private checkNumbers(before: EnquiryState | null, { state, effects, trace }: StepResult): void {
    const changed = state !== before;
    if (before && changed) expect(state.seq).toBeGreaterThan(before.seq);
    for (const { seq } of [...effects, ...trace]) {
      expect(seq).toBeGreaterThan(before?.seq ?? 0);
      expect(seq).toBeLessThanOrEqual(state.seq);
      expect(this.effectNumbers.has(seq)).toBe(false);
      this.effectNumbers.add(seq);
    }
  }

  private checkActs(event: FlowEvent, result: StepResult): void {
    for (const { act } of result.acts) {
      expect(this.answered.has(act)).toBe(false);
      this.answered.add(act);
    }
    const waits = ({ asking, errand }: EnquiryState): string | undefined => asking?.act ?? errand?.act;
    if ('act' in event && isAct(event)) {
      const now = this.answered.has(event.act);
      expect(now || waits(result.state) === event.act).toBe(true);
    }
    const waiting = this.state ? waits(this.state) : undefined;
    if (waiting !== undefined && waits(result.state) !== waiting) expect(this.answered.has(waiting)).toBe(true);
  }

  private checkEffects(before: EnquiryState | null, { state, effects }: StepResult): void {
    for (const effect of effects) {
      const node = effect.node === null ? undefined : this.flow.nodes[effect.node];
      if ((effect.do === 'reserveAgent' || effect.do === 'offerToAll') && node?.type === 'ring') {
        expect(state.assignee).toBeNull();
      }
      if (effect.do === 'queueMail' && effect.mail === 'auto-reply') expect(state.message.automatic).toBe(false);
    }
    if (state.asking && state.asking !== before?.asking) expect(effects.at(-1)?.seq).toBe(state.asking.seq);
  }

  private checkState(state: EnquiryState): void {
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(state.autoReplies).toBeLessThanOrEqual(1);
    if (!state.asking) {
      const ringing = state.rest?.kind === 'ring' && !state.rest.offer.broadcast ? state.rest.offer.agents : [];
      const held = [...ringing, ...(state.slot === null ? [] : [state.slot])];
      expect([...this.slots].toSorted()).toEqual([...new Set(held)].toSorted());
    }
    if (state.status === 'closed') expect(state).toMatchObject({ slot: null, rest: null, ringing: null });
    if (state.slot !== null) expect(state.slot).toBe(state.assignee);
    if (state.awaiting === 'contact') expect(state.slot).toBeNull();
    if (state.assignee === null) expect(['waiting', 'ringing', 'missed', 'parked', 'closed']).toContain(state.status);
    if (state.rest?.kind === 'ring') {
      expect(state.ringing).not.toBeNull();
      expect(state.rest.offer.agents.length).toBeGreaterThan(0);
      expect(state.rest.offer.agents).not.toContain(state.assignee);
      expect(state.asked).toEqual(expect.arrayContaining(state.rest.offer.agents));
      expect(new Set(state.asked).size).toBe(state.asked.length);
    }
    if (state.rest?.kind === 'wait') expect(state.ringing).toBeNull();
    if (!state.rest && !state.asking) expect(state.status).toBe('closed');
  }
}

function isAct(event: { type: string }): boolean {
  return [
    'accept',
    'decline',
    'take',
    'reply',
    'note',
    'tag',
    'close',
    'resume',
    'transfer',
    'snooze',
    'unsnooze',
    'release',
    'undo-transfer',
    'undo-close',
    'reopen',
    'spam',
    'not-spam',
    'merge',
    'unmerge',
    'part',
  ].includes(event.type);
}

describe('step under random events in random order', () => {
  it('never throws and keeps every promise', () => {
    fc.assert(
      fc.property(fc.constantFrom(...flows), fc.array(move, { maxLength: 60, minLength: 1 }), (flow, moves) => {
        const world = new World(flow);
        for (const each of moves) world.move(each);
        expect(JSON.stringify(world.state)).not.toContain('could not be carried out');
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same result for the same arguments', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const [one, two] = [new World(flows[0]!), new World(flows[0]!)];
        for (const each of moves) {
          one.move(each);
          two.move(each);
        }
        expect(one.state).toEqual(two.state);
      }),
      { numRuns: 100 },
    );
  });

  it('never throws whatever JSON it is given as flow, state and event', () => {
    const type = fc.constantFrom(
      'start',
      'mail',
      'answer',
      'error',
      'clock',
      'accept',
      'take',
      'close',
      'matched',
      'x',
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.option(fc.jsonValue()), fc.jsonValue(), type, (flow, state, event, kind) => {
        const shaped = typeof event === 'object' && !Array.isArray(event) ? { ...event, type: kind } : { type: kind };
        step(unchecked(flow), {}, unchecked(state), unchecked(shaped));
      }),
      { numRuns: 500 },
    );
  });
});
