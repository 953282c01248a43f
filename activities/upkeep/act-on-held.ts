import type { HeldAct } from '../../store/held-acts';
import { mirrorDelivery } from '../mail/mirror-delivery';
import type { Ports } from '../ports';

type HeldPorts = Pick<Ports, 'store' | 'workflows' | 'now'>;

/** The API does the first ones itself within this time; then it has broken off, or they are too many for a request. */
const OF_THE_REQUEST_MS = 10_000;

/**
 * Lets go, or throws away, the held mail of channels where a person has said so. Whoever breaks off leaves the rest held
 * and the word standing, so that the next look goes on; how many were done.
 */
export async function actOnHeld(ports: HeldPorts, signal: AbortSignal): Promise<number> {
  const { store, now } = ports;
  let done = 0;
  for (const act of await store.heldActs.list()) {
    if (now().getTime() - act.askedAt.getTime() > OF_THE_REQUEST_MS) done += await doOne(ports, act, signal);
  }
  return done;
}

async function doOne(ports: HeldPorts, act: HeldAct, signal: AbortSignal): Promise<number> {
  const { store, now, workflows } = ports;
  const { _id: channel, what, askedAt } = act;
  const meant = (await store.outbox.heldOf(channel)).filter(({ queuedAt }) => queuedAt <= askedAt);
  let done = 0;
  for (const { _id } of meant) {
    if (signal.aborted) return done;
    const after = await store.outbox[what](_id, now());
    if (!after) continue;
    await mirrorDelivery(ports, after);
    store.hints.tell({ about: 'outbox', channel });
    done += 1;
  }
  if (what === 'release' && done > 0) await workflows.startDelivery(channel);
  await store.heldActs.end(act);
  return done;
}
