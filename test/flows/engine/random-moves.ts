import * as fc from 'fast-check';
import type { Answer, Effect, Flow } from '../../../flows';
import supportDesk from '../../../flows/examples/support-desk.json';
import { aFlow, ends, ringFlow, START } from '../play';
import { unchecked } from '../unchecked';

/** Flows of every shape that matters to the engine. */
export const flows: Flow[] = [
  unchecked(supportDesk),
  ringFlow(),
  ringFlow({ strategy: 'ringAll', timeout: '20s' }),
  ringFlow({ strategy: 'none' }),
  aFlow(
    {
      wait: {
        type: 'wait',
        for: ['customer-replied', 'agent-replied', 'tag-added', 'agent-unavailable', 'delivery-failed'],
        restartOn: ['agent-closed'],
        timeout: '1h',
        next: {
          'customer-replied': 'route',
          'agent-replied': 'wait',
          'tag-added': 'away',
          'agent-unavailable': 'away',
          'delivery-failed': 'engage',
          timeout: 'route',
        },
      },
      route: {
        type: 'route',
        rule: 'sequence',
        destinations: [{ group: 'desk' }, { agent: 'a2' }],
        next: { routed: 'ring', unroutable: 'close' },
      },
      ring: { type: 'ring', to: 'routed-group', next: { accepted: 'engage', timeout: 'wait', unavailable: 'route' } },
      away: { type: 'transfer', to: { group: 'triage' }, next: { accepted: 'wait', failed: 'wait' } },
      engage: { type: 'engage', expires: '30d', whenUnavailable: 'wait', next: 'serve' },
      ...ends,
    },
    { onError: 'away', closedReply: { reopenWithin: '1d', at: 'route' } },
  ),
];

const agent = fc.constantFrom('a1', 'a2', 'a3');
const answer: fc.Arbitrary<Answer> = fc.oneof(
  agent.map((reserved) => ({ reserved, decision: 'd', until: START + 60_000 })),
  fc.uniqueArray(agent).map((ringing) => ({ ringing, decision: 'd' })),
  fc.constantFrom('asked' as const, 'full' as const, 'offline' as const).map((nobody) => ({ nobody, decision: 'd' })),
  fc.constantFrom<Answer>({ done: true }, { queued: 'o' }, { suppressed: 'cap' }, { index: -1 }, { index: 0 }),
  fc.constantFrom<Answer>({ blocked: true }, { blocked: false }, { matches: [true, false, true] }, { values: [1] }),
  fc.constantFrom<Answer>(
    { holder: 'gone', forwardTo: null },
    { holder: 'free', forwardTo: null },
    { discarded: true },
  ),
  fc.constantFrom<Answer>({ engaged: 'a1', available: true }, { engaged: null, available: false }),
);

const joining = {
  from: fc.constant('younger'),
  number: fc.constant(9),
  by: agent,
  since: fc.constant(START),
  assignee: fc.option(agent),
  tags: fc.constant(['t']),
  priority: fc.constant(3),
  messages: fc.constant(1),
  attention: fc.constant(null),
};

/** One move of the world: an event, or (`reply`) the answer to the open question. `fits` decides whether it suits. */
export type Move =
  | { reply: Answer; fits: boolean }
  | { error: string }
  | { event: Record<string, unknown>; offerIs: 'right' | 'wrong'; wait: number };
const event = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> => fc.record(shape);
const one = fc.constant;
/** Any move of the world. */
export const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ reply: answer, fits: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ error: fc.constantFrom('draft-unknown', 'store-broken') }) },
  {
    weight: 8,
    arbitrary: fc.record({
      offerIs: fc.constantFrom('right' as const, 'right' as const, 'wrong' as const),
      wait: fc.constantFrom(0, 1000, 60_000, 900_000, 86_400_000),
      event: fc.oneof(
        event({ type: one('clock') }),
        event({ type: one('accept'), agent }),
        event({ type: one('decline'), agent }),
        event({ type: one('take'), agent }),
        event({ type: one('take'), agent, over: one(true), to: fc.constantFrom(undefined, 'a3') }),
        event({ type: one('snooze'), agent, until: fc.constantFrom(START, START + 90_000_000) }),
        event({ type: one('unsnooze'), agent }),
        event({ type: one('release'), agent }),
        event({ type: one('undo-transfer'), agent }),
        event({ type: one('undo-close'), agent, withinMs: one(60_000) }),
        event({ type: fc.constantFrom('reopen', 'spam', 'not-spam'), agent }),
        event({ type: one('merge'), agent, into: one('elder'), number: one(7) }),
        event({ type: one('unmerge'), agent, withinMs: one(1_000_000) }),
        event({ type: one('part'), agent, message: one('message-1'), to: one('other'), fresh: fc.boolean() }),
        event({ type: one('absorbed'), ...joining, open: fc.boolean(), awaits: fc.boolean() }),
        event({ type: one('left'), ...joining, to: one('other'), messages: one(['message-1']), newest: one(null) }),
        event({ type: one('reply'), agent, draft: one('draft'), digest: one('x') }),
        event({ type: one('note'), agent, note: one('n') }),
        event({ type: one('tag'), agent, add: one(['t']), remove: fc.constantFrom([], ['t']) }),
        event({ type: one('close'), agent, notify: fc.boolean() }),
        event({ type: one('resume'), agent, node: fc.constantFrom('route', 'nowhere') }),
        event({
          type: one('transfer'),
          agent,
          to: fc.oneof(
            one({ group: 'g2' }),
            agent.map((id) => ({ agent: id })),
          ),
        }),
        event({ type: one('mail'), automatic: fc.boolean(), participant: fc.boolean() }),
        event({ type: one('matched'), agent, until: one(START + 600_000), decision: one('d') }),
        event({ type: one('agent-gone'), agent, cause: one('lease') }),
        event({ type: one('delivery-failed'), outboxId: one('o'), automatic: fc.boolean() }),
        event({ type: one('start'), automatic: fc.boolean(), participant: fc.boolean() }),
      ),
    }),
  },
);

/** Answers that suit each question. */
export const FITTING: Partial<Record<Effect['do'], Answer[]>> = {
  checkBlocklist: [{ blocked: false }],
  evaluateConditions: [{ index: -1 }],
  reserveAgent: [
    { reserved: 'a1', decision: 'd', until: START },
    { nobody: 'asked', decision: 'd' },
  ],
  offerToAll: [
    { ringing: ['a1', 'a2', 'a3'], decision: 'd' },
    { nobody: 'asked', decision: 'd' },
  ],
  reserveFor: [{ reserved: 'a1', decision: 'd', until: START }],
  queueMail: [{ queued: 'o' }],
  queueReply: [{ queued: 'o' }],
  findEngaged: [{ engaged: 'a2', available: true }],
  partMessage: [{ parted: { to: 'other', number: 8, newest: null } }],
};
