import * as fc from 'fast-check';
import type { Answer, Problem } from '../../support/colleague';
import { anEmail, deliver, type Email } from '../../support/customer';
import { enquiryOf, says, verdictOn } from '../../support/desk-work';
import { found } from '../../support/found';
import type { RealWorld } from './real-world';

/** One thing that happens; `which` and `who` pick among what there is then. */
export interface Doing {
  what: keyof typeof doings;
  which: number;
  who: number;
  /** The process dies by kill -9 so long after it was begun. */
  killAfterMs: number | null;
  /** All comes to rest after it, and every promise is looked at. */
  quiet: boolean;
}

const MOST_ENQUIRIES = 6;
/**
 * Refusals that a race with another act, an end of a ring or a death explains; they change nothing. Who is of a group does not
 * see an enquiry before it has come there.
 */
const CALM = [
  'not-found',
  'offer-over',
  'offer-taken',
  'agent-full',
  'already-assigned',
  'not-assigned',
  'not-possible-now',
];

const nth = <T>(all: Iterable<T>, index: number): T | undefined => {
  const list = [...all];
  return list[index % Math.max(1, list.length)];
};

let keys = 0;
const freshKey = (): string => `history-${(keys += 1)}`;

function done({ status, body }: Answer<Problem>): boolean {
  if (status === 200) return true;
  if ((status === 409 || status === 404) && CALM.includes(body.code)) return false;
  throw new Error(`an act was answered ${status}: ${JSON.stringify(body)}`);
}

function accepted({ model }: RealWorld, enquiry: string, agent: string): void {
  const one = model.enquiries.get(enquiry);
  if (!one) return;
  Object.assign(one, { holder: agent, awaiting: 'agent' });
  if (!model.bound.has(one.contact)) model.bound.set(one.contact, agent);
}

const openOnes = ({ model }: RealWorld) => [...model.enquiries].filter(([, one]) => one.open);

/** An act of whoever has one of the enquiries; nothing where nobody has any. */
async function byHolder(
  world: RealWorld,
  { which, killAfterMs }: Doing,
  path: string,
  body: (holder: string) => object,
): Promise<string | null> {
  const [id, one] =
    nth(
      openOnes(world).filter(([, { holder }]) => holder !== null),
      which,
    ) ?? [];
  if (id === undefined || !one?.holder) return null;
  const who = world.colleague(one.holder);
  const answer = await world.ask(killAfterMs, who, `/v1/enquiries/${id}/${path}`, body(one.holder), freshKey());
  return done(answer) ? id : null;
}

async function answerRing(world: RealWorld, { which, killAfterMs }: Doing, how: 'accept' | 'decline'): Promise<void> {
  const ring = nth(await ringsOf(world), which);
  if (!ring) return;
  const path = `/v1/offers/${ring.offer}/${how}`;
  const answer = await world.ask(killAfterMs, world.colleague(ring.agent), path, {}, freshKey());
  if (done(answer) && how === 'accept') accepted(world, ring.enquiry, ring.agent);
}

async function ringsOf({ store, model }: RealWorld): Promise<{ agent: string; enquiry: string; offer: string }[]> {
  const agents = await store.agents.getMany([...model.agents.keys()]);
  return agents.flatMap(({ _id: agent, offers }) =>
    Object.values(offers).map(({ enquiry, offer }) => ({ agent, enquiry, offer })),
  );
}

/** What the next mail of a contact would meet is for the model to say only while the agent who laid it aside is there. */
async function isLaidAsideByWhoIsAway(world: RealWorld, enquiry: string): Promise<boolean> {
  const holder = world.model.enquiries.get(enquiry)?.holder;
  const away = holder !== null && holder !== undefined && world.model.agents.get(holder)?.word === 'away';
  return away && Boolean((await world.state(enquiry))?.snooze);
}

async function changeWord(world: RealWorld, { who, killAfterMs }: Doing, word: 'available' | 'away'): Promise<void> {
  const [id, agent] = nth(world.model.agents, who) ?? [];
  if (id === undefined || !agent) return;
  const said = async (): Promise<true | null> =>
    says(world.colleague(id), word).then(
      () => true as const,
      () => null,
    );
  await world.living(killAfterMs, () => found(`${id} to be ${word}`, said, 90_000));
  agent.word = word;
}

const write = (world: RealWorld, mail: Email, { killAfterMs }: Doing): Promise<unknown> =>
  world.living(killAfterMs, () => deliver(world.desk.product, mail));

/** What may happen. */
const doings = {
  async opens(world: RealWorld, doing: Doing) {
    const { model, address, desk } = world;
    if (model.enquiries.size >= MOST_ENQUIRIES) return;
    const from = `Contact <contact-${doing.who % 3}-${model.group}@customers.example>`;
    const mail = anEmail({ from, to: address, subject: `Question ${model.enquiries.size} of ${model.group}` });
    await write(world, mail, doing);
    const { id, contact } = await enquiryOf(desk.admin, mail);
    world.firstMails.set(id, mail);
    model.enquiries.set(id, { contact: contact ?? '', holder: null, awaiting: 'agent', open: true });
  },
  accepts: (world: RealWorld, doing: Doing) => answerRing(world, doing, 'accept'),
  declines: (world: RealWorld, doing: Doing) => answerRing(world, doing, 'decline'),
  async misses(world: RealWorld, { which }: Doing) {
    const ring = nth(await ringsOf(world), which);
    if (!ring) return;
    const over = async (): Promise<true | null> =>
      (await ringsOf(world)).some(({ offer }) => offer === ring.offer) ? null : true;
    await found(`${ring.offer} to be over`, over, 120_000);
  },
  async takes(world: RealWorld, { which, who, killAfterMs }: Doing) {
    const [id, one] = nth(openOnes(world), which) ?? [];
    const agent = nth(world.model.agents.keys(), who) ?? '';
    if (id === undefined || !one) return;
    const had = one.holder === agent;
    const answer = await world.ask(killAfterMs, world.colleague(agent), `/v1/enquiries/${id}/take`, {}, freshKey());
    if (done(answer) && !had) accepted(world, id, agent);
  },
  async replies(world: RealWorld, doing: Doing) {
    const id = await byHolder(world, doing, 'replies', () => ({ text: 'Here you are.' }));
    const one = world.model.enquiries.get(id ?? '');
    if (one) one.awaiting = 'contact';
  },
  async transfers(world: RealWorld, doing: Doing) {
    const { agents, group } = world.model;
    await byHolder(world, doing, 'transfer', (holder) => {
      const other = nth(
        [...agents.keys()].filter((id) => id !== holder),
        doing.who,
      );
      return { to: doing.who % 2 === 0 ? { group } : { agent: other } };
    });
  },
  async closes(world: RealWorld, doing: Doing) {
    const id = await byHolder(world, doing, 'close', () => ({ notify: false }));
    const one = world.model.enquiries.get(id ?? '');
    if (one) one.open = false;
  },
  async snoozes(world: RealWorld, doing: Doing) {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await byHolder(world, doing, 'snooze', () => ({ until }));
  },
  async contactWrites(world: RealWorld, doing: Doing) {
    const [id, one] = nth(openOnes(world), doing.which) ?? [];
    const first = world.firstMails.get(id ?? '');
    if (id === undefined || !one || !first || (await isLaidAsideByWhoIsAway(world, id))) return;
    const headers = { 'In-Reply-To': first.messageId, References: first.messageId };
    const mail = anEmail({
      from: `Contact <${first.from}>`,
      to: world.address,
      subject: `Re: ${first.subject}`,
      headers,
    });
    await write(world, mail, doing);
    const { enquiry, verdict } = await verdictOn(world.desk.admin, mail);
    if (enquiry !== id) throw new Error(`an answer to ${id} was ${verdict} by ${enquiry}`);
    one.awaiting = 'agent';
  },
  goesAway: (world: RealWorld, doing: Doing) => changeWord(world, doing, 'away'),
  comesBack: (world: RealWorld, doing: Doing) => changeWord(world, doing, 'available'),
};

/** Does it, and looks at every promise where all is to come to rest. */
export async function happen(world: RealWorld, doing: Doing): Promise<void> {
  await doings[doing.what](world, doing);
  if (doing.quiet) await world.quiet();
}

/** The doing in words, for who reads of a history that failed. */
export const tell = ({ what, which, who, killAfterMs, quiet }: Doing): string =>
  `${what}(${which},${who})${killAfterMs === null ? '' : ` killed after ${killAfterMs} ms`}${quiet ? ' quiet' : ''}`;

const weights: Record<Doing['what'], number> = {
  opens: 5,
  accepts: 7,
  declines: 2,
  misses: 1,
  takes: 3,
  replies: 3,
  transfers: 3,
  closes: 2,
  snoozes: 1,
  contactWrites: 4,
  goesAway: 2,
  comesBack: 2,
};
const index = fc.nat({ max: 5 });

/** Histories of so many doings, in about every sixth of which the process dies. */
export const histories = (length: number): fc.Arbitrary<Doing[]> =>
  fc
    .array(
      fc.record({
        what: fc.oneof(
          ...Object.entries(weights).map(([what, weight]) => ({
            weight,
            arbitrary: fc.constant(what as Doing['what']),
          })),
        ),
        which: index,
        who: index,
        killAfterMs: fc.oneof(
          { weight: 5, arbitrary: fc.constant(null) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 600 }) },
        ),
        quiet: fc.boolean(),
      }),
      { minLength: length, maxLength: length },
    )
    // Something must have come before anything can be done.
    .map(([first, ...rest]) => (first ? [{ ...first, what: 'opens' as const }, ...rest] : []));
