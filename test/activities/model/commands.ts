import * as fc from 'fast-check';
import type { ActOutcome } from '../../../flows';
import { aMessage } from '../../flows/play';
import { checkPromises } from './check';
import type { Death, World } from './world';

/** The little that a reader of the design must know to say how every act ends. */
export interface Model {
  readonly channel: string;
  readonly group: string;
  readonly agents: Map<string, { word: 'available' | 'away'; suspended: boolean }>;
  readonly enquiries: Map<
    string,
    { contact: string; holder: string | null; awaiting: 'agent' | 'contact'; open: boolean }
  >;
  readonly bound: Map<string, string>;
}

type Command = fc.AsyncCommand<Model, World>;
type Do = (model: Model, world: World) => Promise<void>;

/** A command that may kill the process after some write, settles everything, and then looks at every promise. */
function command(what: string, death: Death | null, does: Do): Command {
  const how = death ? `, dying after write ${death.after}, ${death.anew} anew` : '';
  return {
    check: () => true,
    toString: () => `${what}${how}`,
    async run(model, world) {
      const before = world.deaths;
      world.dieNext(death);
      await does(model, world);
      await world.settle();
      world.dieNext(null);
      // Words between processes may get lost by a death only: then the clock says them again.
      if (world.deaths > before) await world.clock();
      await checkPromises(model, world);
    },
  };
}

const nth = <T>(all: Iterable<T>, index: number): T | undefined => {
  const list = [...all];
  return list[index % Math.max(1, list.length)];
};

function accepted(model: Model, enquiry: string, agent: string): void {
  const one = model.enquiries.get(enquiry);
  if (!one) return;
  Object.assign(one, { holder: agent, awaiting: 'agent' });
  if (!model.bound.has(one.contact)) model.bound.set(one.contact, agent);
}

/** Refused acts change nothing, and are refused for a reason that the model knows; a death lets others come first. */
function expectRefusal(outcome: ActOutcome | null, world: World, codes: readonly string[]): void {
  if (outcome && !outcome.ok && (codes.includes(outcome.code) || world.dies)) return;
  throw new Error(`an act ended with ${JSON.stringify(outcome)}`);
}

const open = (contact: number): Do =>
  async function opens(model, world) {
    if (model.enquiries.size >= 6) return;
    const id = `${model.group}-e${model.enquiries.size}`;
    const who = `${model.group}-c${contact}`;
    model.enquiries.set(id, { contact: who, holder: null, awaiting: 'agent', open: true });
    await world.open(id, model.channel, who);
  };

const answer = (who: number, how: 'accept' | 'decline'): Do =>
  async function answers(model, world) {
    const agents = await world.store.agents.getMany([...model.agents.keys()]);
    const rings = agents.flatMap(({ _id, offers }) => Object.values(offers).map((offer) => ({ agent: _id, offer })));
    const { agent, offer } = nth(rings, who) ?? {};
    if (agent === undefined || !offer) return;
    const outcome = await world.act(offer.enquiry, { type: how, agent, offer: offer.offer });
    if (!outcome?.ok) expectRefusal(outcome, world, offer.broadcast ? ['agent-full'] : []);
    else if (how === 'accept') accepted(model, offer.enquiry, agent);
  };

const withHeld = (which: number, does: (id: string, holder: string, model: Model, world: World) => Promise<void>): Do =>
  async function doesWithHeld(model, world) {
    const held = [...model.enquiries].filter(([, one]) => one.open && one.holder !== null);
    const [id, one] = nth(held, which) ?? [];
    const suspended = model.agents.get(one?.holder ?? '')?.suspended;
    if (id !== undefined && one?.holder && !suspended) await does(id, one.holder, model, world);
  };

const reply = (which: number): Do =>
  withHeld(which, async (id, agent, model, world) => {
    const outcome = await world.act(id, { type: 'reply', agent, draft: 'd', digest: 'x' });
    const one = model.enquiries.get(id);
    if (outcome?.ok && one) one.awaiting = 'contact';
    else expectRefusal(outcome, world, []);
  });

const close = (which: number): Do =>
  withHeld(which, async (id, agent, model, world) => {
    const outcome = await world.act(id, { type: 'close', agent, notify: false });
    const one = model.enquiries.get(id);
    if (outcome?.ok && one) one.open = false;
    else expectRefusal(outcome, world, []);
  });

const transfer = (which: number, to: number): Do =>
  withHeld(which, async (id, agent, model, world) => {
    const other = nth(model.agents.keys(), to) ?? '';
    const target = to % 2 === 0 ? { group: model.group } : { agent: other };
    const outcome = await world.act(id, { type: 'transfer', agent, to: target });
    if (!outcome?.ok) expectRefusal(outcome, world, ['already-assigned']);
  });

const take = (which: number, who: number): Do =>
  async function takes(model, world) {
    const [id] =
      nth(
        [...model.enquiries].filter(([, one]) => one.open),
        which,
      ) ?? [];
    const agent = nth(model.agents.keys(), who) ?? '';
    if (id === undefined || model.agents.get(agent)?.suspended) return;
    const had = model.enquiries.get(id)?.holder === agent;
    const outcome = await world.act(id, { type: 'take', agent });
    // Who takes what he has is told that it is his, and nothing changes.
    if (outcome?.ok && had && outcome.detail?.['already'] !== undefined) return;
    if (outcome?.ok) accepted(model, id, agent);
    else expectRefusal(outcome, world, ['already-assigned', 'agent-full']);
  };

/** A slot becomes free, the matcher that should give it on dies between two writes, and something else comes first. */
const whileMatcherIsDead = (free: Do, meanwhile: Do): Do =>
  async function goesOn(model, world) {
    await free(model, world);
    await meanwhile(model, world);
    await world.revive();
  };

let mails = 0;
const write = (which: number): Do =>
  async function writes(model, world) {
    const [id, one] =
      nth(
        [...model.enquiries].filter(([, each]) => each.open),
        which,
      ) ?? [];
    if (id === undefined || !one) return;
    one.awaiting = 'agent';
    world.push(id, { type: 'mail', message: aMessage({ id: `m-${(mails += 1)}` }) });
  };

const changeWord = (who: number, word: 'available' | 'away'): Do =>
  async function saysSo(model, world) {
    const id = nth(model.agents.keys(), who) ?? '';
    const agent = model.agents.get(id);
    if (!agent) return;
    agent.word = word;
    await world.says(id, word);
  };

/** Suspends or readmits; who is suspended hands all over in one step. */
const suspend = (who: number, to: number): Do =>
  async function suspends(model, world) {
    const id = nth(model.agents.keys(), who) ?? '';
    const agent = model.agents.get(id);
    if (!agent) return;
    agent.suspended = !agent.suspended;
    await world.store.agents.setSuspended(id, agent.suspended, 'sue', new Date(world.at));
    if (!agent.suspended) {
      await world.wake(id);
      return;
    }
    const other = nth(model.agents.keys(), to) ?? '';
    const toAgent = to % 2 === 1 && other !== id;
    const target = toAgent ? { agent: other } : { group: model.group };
    for (const [enquiry, one] of model.enquiries) {
      world.push(enquiry, { type: 'agent-gone', agent: id, cause: 'suspended', left: true });
      if (one.holder !== id || !one.open) continue;
      world.push(enquiry, { type: 'agent-gone', agent: id, cause: 'suspended', left: true, handOver: { to: target } });
      one.holder = one.awaiting === 'contact' && toAgent && isAtRest(world, enquiry) ? other : null;
    }
  };

/** What rings elsewhere already is taken from its agent and goes on ringing there. */
const isAtRest = (world: World, enquiry: string): boolean => world.runs.get(enquiry)?.state?.rest?.kind === 'wait';

const DAY_MS = 86_400_000;
const timePasses: Do = async (_model, world) => {
  if (world.nextWithin(DAY_MS)) await world.timePasses();
};

const index = fc.nat({ max: 5 });
const word = fc.constantFrom('available' as const, 'away' as const);
const death: fc.Arbitrary<Death | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.record({ after: fc.integer({ min: 1, max: 9 }), anew: fc.constantFrom('act', 'burst') }) },
);

/** What may happen in a history, most of it with or without a death, and how often beside the others. */
const kinds: [number, fc.Arbitrary<Command>][] = [
  [5, fc.tuple(index, death).map(([who, dies]) => command(`contact ${who % 2} writes first`, dies, open(who % 2)))],
  [7, fc.tuple(index, death).map(([who, dies]) => command(`ring ${who} is accepted`, dies, answer(who, 'accept')))],
  [3, fc.tuple(index, death).map(([who, dies]) => command(`ring ${who} is declined`, dies, answer(who, 'decline')))],
  [4, fc.tuple(index, death).map(([which, dies]) => command(`the holder of ${which} replies`, dies, reply(which)))],
  [4, fc.tuple(index, death).map(([which, dies]) => command(`the contact of ${which} answers`, dies, write(which)))],
  [2, fc.tuple(index, death).map(([which, dies]) => command(`the holder of ${which} closes`, dies, close(which)))],
  [
    3,
    fc
      .tuple(index, index, death)
      .map(([which, to, dies]) => command(`${which} is sent on to ${to}`, dies, transfer(which, to))),
  ],
  [
    3,
    fc
      .tuple(index, index, death)
      .map(([which, who, dies]) => command(`agent ${who} takes ${which}`, dies, take(which, who))),
  ],
  [2, fc.tuple(index, word).map(([who, says]) => command(`agent ${who} is ${says}`, null, changeWord(who, says)))],
  [
    1,
    fc
      .tuple(index, index)
      .map(([who, to]) => command(`agent ${who} is suspended or readmitted, to ${to}`, null, suspend(who, to))),
  ],
  [2, death.map((dies) => command('time passes', dies, timePasses))],
  [
    3,
    fc.tuple(index, index, index, fc.integer({ min: 1, max: 4 })).map(([which, other, who, after]) => {
      const late = { after, anew: 'late' as const };
      const first = who % 2 === 0 ? close(which) : reply(which);
      const meanwhile = who < 4 ? take(other, who) : close(other);
      return command(
        `a slot of ${which} is freed and ${other} leaves the line by ${who}`,
        late,
        whileMatcherIsDead(first, meanwhile),
      );
    }),
  ],
];

/** A history. */
export const histories: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(...kinds.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
  { minLength: 8, maxLength: 24, size: 'max' },
);
