import type { Release } from '../../store/releases';
import type { Ports } from '../ports';

type ReleasePorts = Pick<Ports, 'store' | 'redriveHeld' | 'now'>;

/** An intake may know of the switch this much later, and hold mail meanwhile (memory of the store: 1 s). */
const LATE_MS = 5_000;
/** Whoever asked has changed the channel by then, or never will. */
const UNCHANGED_MS = 60_000;
/** Progress is written so often. */
const EVERY = 20;

/**
 * Lets go the mail that channels held because they were off or had no flow, where a person has asked for it. Whoever
 * breaks off leaves the rest held and the release standing, so that the next look goes on; how many were let go.
 */
export async function releaseHeld(ports: ReleasePorts, signal: AbortSignal): Promise<number> {
  let released = 0;
  for (const release of await ports.store.releases.list()) {
    if (!signal.aborted) released += await releaseOf(ports, release, signal);
  }
  return released;
}

async function releaseOf(ports: ReleasePorts, release: Release, signal: AbortSignal): Promise<number> {
  const { store, now } = ports;
  const { _id: channel, by } = release;
  const runs = async (): Promise<boolean> => {
    const { enabled, flow } = (await store.channels.get(channel)) ?? { enabled: false, flow: null };
    return enabled && flow !== null;
  };
  const age = (): number => now().getTime() - release.askedAt.getTime();
  if (!(await runs())) {
    if (age() > UNCHANGED_MS) await store.releases.end(release);
    return 0;
  }
  const goesOn = async (done: number, left: number): Promise<boolean> => {
    if (done % EVERY === 0) await store.releases.progress(channel, { released: release.released + done, left });
    return !signal.aborted && (await runs());
  };
  const { released, left } = await ports.redriveHeld(channel, by, goesOn);
  if (left === 0 && age() > LATE_MS) await store.releases.end(release);
  else await store.releases.progress(channel, { released: release.released + released, left });
  return released;
}
