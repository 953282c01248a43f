import type { Target } from '../../flows/state';
import type { OpenEnquiry } from '../../store/open-enquiries';
import { writtenByUser } from '../../store/written-by';
import { noteUpdate, snoozeUpdate, type ActInput } from '../../workflows/messages';
import { isAhead } from '../act-guards';
import { performAct } from '../acts';
import { ApiError } from '../api-error';
import { setPresence } from '../availability';
import type { Caller } from '../caller';
import { actPortsOf } from '../enquiry-acts';
import { mustServeFor, targetInput } from '../hand-over';
import { enquiryIdOf } from '../enquiry-words';
import { ok, route, type Route } from '../http/route';
import { instant, list, named, object, text, word, type TypeOf } from '../http/schema';
import { agentOf } from '../led-agent';
import type { ApiPorts } from '../ports';
import { id } from '../shapes/basics';

const eachInput = object(
  { enquiry: id('Id or number of the enquiry.'), act: word(['keep', 'snooze', 'hand-over']) },
  {
    to: targetInput,
    until: instant('snooze: when it returns to you; at most a year ahead.'),
    note: text({ min: 1, max: 2000, description: 'For whoever takes them, or for yourself.' }),
  },
);
type Each = TypeOf<typeof eachInput>;

const endedShape = object(
  {
    enquiry: text(),
    outcome: word(['kept', 'snoozed', 'handed-over', 'not-yours'], '"not-yours": you do not have it (any more).'),
  },
  { why: text({ description: 'Why it was kept although you asked for something else.' }) },
);
type Ended = TypeOf<typeof endedShape>;

/** The end of a shift: each enquiry of an agent is kept, snoozed or handed over, with a note, and he is offline. */
export const endShiftRoute = (ports: ApiPorts): Route => {
  const { store } = ports;
  return route({
    id: 'endShift',
    method: 'post',
    path: '/v1/shift-end',
    tag: 'desk',
    summary: 'End my shift: each of mine is kept, snoozed or handed over, and I am offline',
    description:
      'What is not named is kept. Kept ones stay yours and do not go back to their group by themselves. Snoozed ones return to you at their time, or to the head of the line of their group when you are not there then. Without "to" what is handed over goes back to its group. A note stands with the enquiry, whichever of the three it is.',
    body: object({ each: list(eachInput, { max: 500 }) }),
    example: {
      each: [
        { enquiry: 'e-1', act: 'hand-over', to: { group: 'night' }, note: 'She waits for a call.' },
        { enquiry: 'e-2', act: 'snooze', until: '2030-01-02T09:00:00.000Z', note: 'Parts come tomorrow.' },
      ],
    },
    answers: { 200: named('ShiftEnd', object({ items: list(endedShape) })) },
    errors: ['not-found', 'wrong-body', 'temporal-away'],
    handle: async ({ caller, body, key }) => {
      const me = caller.id;
      await agentOf(ports, me);
      const asked = await Promise.all(
        body.each.map(async (each) => ({ ...each, enquiry: await enquiryIdOf(ports, caller, each.enquiry) })),
      );
      await mustBePossible(ports, me, asked);
      const mine = await store.enquiries.open.list({ assignee: me, limit: 1000 });
      const wanted = new Map(asked.map((each) => [each.enquiry, each]));
      const shift = createShift(ports, caller, key);
      const items = new Map<string, Ended>();
      // Before he is gone: what is snoozed may wait for him.
      for (const one of mine) {
        const each = wanted.get(one._id);
        if (each?.act === 'snooze') items.set(one._id, await shift.snooze(one, each));
      }
      await setPresence(ports, me, { word: 'offline', cause: 'shift-ended' });
      for (const one of mine) {
        const each = wanted.get(one._id);
        if (each?.act === 'hand-over') items.set(one._id, await shift.handOver(one, each));
        else if (each?.act !== 'snooze') items.set(one._id, await shift.keep(one, each?.note));
      }
      const notMine = asked.filter(({ enquiry }) => !items.has(enquiry));
      return ok({
        items: [...items.values(), ...notMine.map(({ enquiry }) => ({ enquiry, outcome: 'not-yours' as const }))],
      });
    },
  });
};

/** Throws `wrong-body` before anything is done: a time that is none, or somebody who does not serve. */
async function mustBePossible(ports: ApiPorts, me: string, all: readonly Each[]): Promise<void> {
  const findings = all.flatMap(({ act, until }, index) => {
    const where = `/each/${index}/until`;
    if (act !== 'snooze' || (until !== undefined && isAhead(ports, new Date(until).getTime()))) return [];
    return [{ where, what: 'must be a time to come, at most a year ahead, where "act" is snooze' }];
  });
  if (findings.length > 0) throw new ApiError('wrong-body', undefined, { findings });
  for (const [index, { to }] of all.entries()) if (to) await mustServeFor(ports, me, to, `/each/${index}/to/agent`);
}

/** What is done with each. */
function createShift(ports: ApiPorts, caller: Caller, key: string) {
  const { store, workflows, now } = ports;
  const me = caller.id;
  const actPorts = actPortsOf(ports);

  /** Stored under the request's key, so that a repeat writes it once; null without words. */
  async function keepNote({ _id: enquiry, channel }: OpenEnquiry, words: string | undefined): Promise<string | null> {
    if (words === undefined) return null;
    const _id = `${enquiry}:note:shift-${me}-${key}`;
    const writtenBy = writtenByUser(caller);
    await store.messages.insertNote({ _id, enquiry, channel, author: me, writtenBy, text: words, at: now() });
    return _id;
  }

  async function showNote(one: OpenEnquiry, words: string | undefined): Promise<void> {
    const note = await keepNote(one, words);
    if (note === null) return;
    await performAct(actPorts, one._id, noteUpdate, { act: `${me}/shift-note/${key}/${one._id}`, agent: me, note });
  }

  return {
    async keep(one: OpenEnquiry, words: string | undefined): Promise<Ended> {
      await showNote(one, words);
      return { enquiry: one._id, outcome: 'kept' };
    },

    async snooze(one: OpenEnquiry, { until, note }: Each): Promise<Ended> {
      await showNote(one, note);
      const input: ActInput & { until: number } = {
        act: `${me}/shift-end/${key}/${one._id}`,
        agent: me,
        until: new Date(until ?? 0).getTime(),
      };
      const done = await performAct(actPorts, one._id, snoozeUpdate, input);
      if (done === 'pending' || done.ok) return { enquiry: one._id, outcome: 'snoozed' };
      const why = 'It could not be snoozed now, for it is being transferred, parked or closed. It stays yours.';
      return { enquiry: one._id, outcome: 'kept', why };
    },

    async handOver(one: OpenEnquiry, { to, note: words }: Each): Promise<Ended> {
      const note = await keepNote(one, words);
      const target: Target | null = to ?? null;
      const handOver = { to: target, by: me, ...(note === null ? {} : { note }) };
      await workflows.agentGone(one._id, { agent: me, cause: 'shift ended', handOver });
      return { enquiry: one._id, outcome: 'handed-over' };
    },
  };
}
