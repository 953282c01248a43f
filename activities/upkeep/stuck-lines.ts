import type { Ports } from '../ports';
import { offerOf } from '../routing/line-offer';
import { wake } from '../routing/wake-lines';

/** Has lines looked at again in which somebody waits for long, and tells offers again whose word got lost. How many. */
export async function wakeStuckLines(ports: Ports): Promise<number> {
  const { store, workflows, now, settings } = ports;
  const before = new Date(now().getTime() - settings.stuckLineMs);
  const occupied = await store.lines.occupied();
  for (const each of occupied) if (each.since < before) await wake(ports, each.line, 'clock');
  const lost = await store.lines.offeredBefore(before);
  for (const entry of lost) {
    if (entry.agent === null || entry.decision === null) continue;
    const until = (entry.offeredAt?.getTime() ?? 0) + entry.ringTimeoutMs;
    await workflows.matched(entry._id, { agent: entry.agent, offer: offerOf(entry), until, decision: entry.decision });
    if (await store.lines.settleOffered(entry._id, entry.decision)) await store.counters.countMovedByClock();
  }
  return lost.length;
}
