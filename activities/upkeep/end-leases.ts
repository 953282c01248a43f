import type { Ports } from '../ports';
import { passOn } from './pass-on';

/** Sets those offline whose lease is over, and those away who touch nothing any more; their offers go on. How many. */
export async function endLeases(ports: Ports): Promise<number> {
  const { store, now, settings } = ports;
  const ended = await store.agents.endedLeases(now());
  for (const agent of ended) await passOn(ports, agent, 'lease-ended');
  if (settings.autoAwayMs === 0) return ended.length;
  const then = now().getTime() - settings.autoAwayMs + settings.presenceLeaseMs;
  const idle = await store.agents.idleSince(new Date(then), now());
  for (const agent of idle) await passOn(ports, agent, 'idle');
  return ended.length + idle.length;
}
