import { randomUUID } from 'node:crypto';
import { servedBy, startDesk, type Ask, type Desk } from './desk';

/** Who asks: she who has it, an agent of her group, a supervisor, an agent who may not see it. */
const people = ['ann', 'bob', 'sue', 'carl'] as const;
type Who = (typeof people)[number];

const ahead = new Date(Date.now() + 3_600_000).toISOString();
/** Acts, as they are asked for below an enquiry's address. */
const acts = {
  take: ['take', {}],
  'take-over': ['take-over', {}],
  assign: ['assign', { agent: 'bob' }],
  reply: ['replies', { text: 'Hello.' }],
  forward: ['forwards', { to: ['x@supplier.test'], text: 'Look.' }],
  note: ['notes', { text: 'A note.' }],
  transfer: ['transfer', { to: { agent: 'bob' } }],
  'undo-transfer': ['transfer/undo', {}],
  release: ['release', {}],
  snooze: ['snooze', { until: ahead }],
  unsnooze: ['unsnooze', {}],
  close: ['close', { notify: false }],
  'undo-close': ['close/undo', {}],
  reopen: ['reopen', {}],
  spam: ['spam', {}],
  'not-spam': ['not-spam', {}],
  unmerge: ['merge/undo', {}],
  attend: ['attended', {}],
  resume: ['resume', { node: 'handle' }],
} as const;
type Act = keyof typeof acts;

/** Refusals by act, for ann, bob and sue; where one is done, it is not asked for here. Of carl nothing is found. */
type Table = Partial<Record<Act, Partial<Record<Exclude<Who, 'carl'>, string>>>>;
const all = (code: string) => ({ ann: code, bob: code, sue: code });
const others = (code: string) => ({ bob: code, sue: code });
const ledOnly = (code: string) => ({ ann: 'wrong-role', bob: 'wrong-role', sue: code });
const NOT_NOW = 'not-possible-now';

const open: Table = {
  take: others('already-assigned'),
  assign: { ann: 'wrong-role', bob: 'wrong-role' },
  reply: others('not-assigned'),
  forward: others('not-assigned'),
  transfer: { bob: 'not-assigned' },
  'undo-transfer': { ann: 'too-late', bob: 'not-assigned', sue: 'too-late' },
  release: { bob: 'not-assigned' },
  snooze: { bob: 'not-assigned' },
  unsnooze: { bob: 'not-assigned' },
  close: { bob: 'not-assigned' },
  'undo-close': all('too-late'),
  reopen: all(NOT_NOW),
  spam: { bob: 'not-assigned' },
  'not-spam': all(NOT_NOW),
  unmerge: all(NOT_NOW),
  attend: { bob: 'not-assigned' },
  resume: ledOnly(NOT_NOW),
};
const ended = (code: string): Table => ({
  ...Object.fromEntries(
    (['take', 'take-over', 'reply', 'forward', 'transfer', 'undo-transfer', 'release', 'snooze'] as const).map(
      (act) => [act, all(code)],
    ),
  ),
  unsnooze: all(code),
  close: all(code),
  assign: ledOnly(code),
  resume: ledOnly(code),
});
const closed: Table = {
  ...ended('enquiry-closed'),
  'undo-close': all('too-late'),
  'not-spam': all(NOT_NOW),
  unmerge: all(NOT_NOW),
  spam: { bob: 'not-assigned' },
  attend: { bob: 'not-assigned' },
};
const merged: Table = {
  ...ended('enquiry-merged'),
  ...Object.fromEntries(
    (['note', 'undo-close', 'reopen', 'spam', 'not-spam', 'attend'] as const).map((act) => [
      act,
      all('enquiry-merged'),
    ]),
  ),
};

const spam: Table = Object.fromEntries(Object.entries(closed).filter(([act]) => act !== 'not-spam'));
const states: Record<string, { table: Table; brought: readonly Act[] }> = {
  'in her hands': { table: open, brought: [] },
  snoozed: { table: open, brought: ['snooze'] },
  closed: { table: closed, brought: ['close'] },
  spam: { table: spam, brought: ['spam'] },
  merged: { table: merged, brought: [] },
};

describe('an act where an enquiry does not allow it', () => {
  let desk: Desk;
  let asks: Record<Who, Ask>;
  beforeAll(async () => {
    desk = await startDesk();
    const { store } = desk.work;
    await store.agents.save({ id: 'ann', name: 'Ann', capacity: 50 }, new Date());
    await store.agents.setPresence('bob', 'offline', 'agent', new Date());
    const signedIn = await Promise.all(people.map(async (who) => [who, await desk.as(who)] as const));
    asks = Object.fromEntries(signedIn) as Record<Who, Ask>;
  });
  afterAll(() => desk.stop());

  const ask = (who: Who, id: string, act: Act) => {
    const [path, body] = acts[act];
    return asks[who]('POST', `/v1/enquiries/${id}/${path}`, Object.keys(body).length > 0 ? { body } : {});
  };

  /** What people see of it; times of changes, and the run that said no, apart. */
  async function looks(id: string) {
    const { changedAt: _changedAt, run: _run, ...page } = (await asks.sue('GET', `/v1/enquiries/${id}`)).body;
    return { page, messages: (await asks.sue('GET', `/v1/enquiries/${id}/messages`)).body };
  }

  test.each(Object.keys(states))('is refused by its name for everybody, and changes nothing: %s', async (state) => {
    const { table, brought } = states[state] ?? { table: {}, brought: [] };
    const from = `${randomUUID()}@customers.test`;
    const elder = state === 'merged' ? await servedBy(desk, asks.ann, from) : null;
    const id = await servedBy(desk, asks.ann, from);
    for (const act of brought) expect((await ask('ann', id, act)).status).toBe(200);
    if (elder) {
      const done = await asks.ann('POST', `/v1/enquiries/${id}/merge`, { body: { into: elder } });
      expect(done.status).toBe(200);
    }
    const before = await looks(id);
    const wanted: Record<string, string> = {};
    const came: Record<string, string> = {};
    for (const act of Object.keys(acts) as Act[]) {
      for (const who of people) {
        const code =
          who === 'carl' ? (act === 'assign' || act === 'resume' ? 'wrong-role' : 'not-found') : table[act]?.[who];
        if (code === undefined) continue;
        wanted[`${act} by ${who}`] = code;
        came[`${act} by ${who}`] = (await ask(who, id, act)).body.code;
      }
    }
    expect(came).toEqual(wanted);
    expect(await looks(id)).toEqual(before);
  });
});
