import { asRecordedMail, createBacktest, linkPublished, replayRun, type Flow, type RecordedRun } from '../../flows';
import type { ShadowRun } from '../../store/shadow-runs';
import type { Ports } from '../ports';

type ShadowPorts = Pick<Ports, 'store' | 'now' | 'log'>;

const AT_A_TIME = 20;
const SOONEST_MS = 5000;
const LATEST_MS = 600_000;
/** An enquiry whose start was lost is not waited for longer than this. */
const GIVE_UP_MS = 86_400_000;

/**
 * Plays enquiries of channels with a shadow once more, on the shadow's revision, with what happened in them so far. Only
 * `step` is called, next to the store: nothing is sent, nobody rings, no run knows of it.
 */
export async function playShadows(ports: ShadowPorts): Promise<number> {
  const due = await ports.store.shadowRuns.due(ports.now(), AT_A_TIME);
  for (const each of due) await ports.store.shadowRuns.looked(each._id, await lookAtOne(ports, each));
  return 0;
}

/** One that cannot be played must not keep those behind it waiting for ever. */
async function lookAtOne(ports: ShadowPorts, shadow: ShadowRun): Promise<Partial<ShadowRun>> {
  try {
    return await lookAt(ports, shadow);
  } catch (error) {
    if (error instanceof Error && error.name === 'StoreAway') throw error;
    const now = ports.now().getTime();
    ports.log({ level: 'warn', msg: 'A shadow could not be played; it is tried again.', shadow: shadow._id, error });
    const problem = 'It could not be played; the log of the server says why.';
    const finished = now - shadow.openedAt.getTime() > GIVE_UP_MS;
    return { problem, finished, lookAt: new Date(now + LATEST_MS) };
  }
}

async function lookAt(ports: ShadowPorts, shadow: ShadowRun): Promise<Partial<ShadowRun>> {
  const now = ports.now();
  const age = now.getTime() - shadow.openedAt.getTime();
  const later = new Date(now.getTime() + Math.min(LATEST_MS, Math.max(SOONEST_MS, age / 2)));
  const stored = await ports.store.recordedRuns.get(shadow.enquiry);
  if (!stored) return age > GIVE_UP_MS ? { finished: true, problem: 'Its first mail is not kept.' } : { lookAt: later };
  const { enquiry, story, message, facts, guessed, unanswerable, personal } = stored;
  if (enquiry.seq === shadow.seq && enquiry.closedAt === null) return { lookAt: later };
  const [live, draft] = await Promise.all([
    flowOf(ports, shadow.flow, enquiry.flow.revision),
    flowOf(ports, shadow.flow, shadow.shadow),
  ]);
  const base = { seq: enquiry.seq, finished: enquiry.closedAt !== null, lookAt: later };
  if (!live || !draft) return { ...base, finished: true, problem: 'One of the revisions is not kept any more.' };
  const { settings } = enquiry.flow;
  const calendars = await ports.store.calendars.named();
  const at = story[0]?.at ?? enquiry.openedAt.getTime();
  const run: RecordedRun = {
    flow: live,
    settings,
    enquiry: enquiry._id,
    channel: enquiry.channel,
    at,
    message,
    facts,
    calendars,
    story,
    personal,
  };
  const { parted } = replayRun(run);
  if (parted !== null) {
    return { ...base, problem: `It cannot be played as it went: what it looked at after "${parted}" is not known.` };
  }
  const mail = asRecordedMail(run, { name: `#${enquiry.number}`, guessed, unanswerable });
  const assumptions = { people: null, answers: {} };
  const { divergence, assumed } = createBacktest({ live, draft, settings, calendars, assumptions }).look(mail);
  const { node = null, differences = [] } = divergence ?? {};
  return { ...base, node, differences, assumed, problem: null };
}

async function flowOf({ store }: ShadowPorts, flow: string, revision: number): Promise<Flow | null> {
  const published = await store.flows.revision(flow, revision);
  return published && linkPublished(published, store.flows.revision);
}
