import type { Ports } from '../ports';
import { lineKey } from './line-key';

type WakePorts = Pick<Ports, 'store' | 'workflows'>;

/** Wakes every line this agent could serve in which somebody waits. Called after each write that frees or adds capacity. */
export async function wakeLinesOf(ports: WakePorts, agent: string): Promise<void> {
  const occupied = await ports.store.lines.occupied();
  if (occupied.length === 0) return;
  const groups = await ports.store.groups.ofAgent(agent);
  const his = new Set([lineKey({ agent }), ...groups.map((group) => lineKey({ group: group._id }))]);
  for (const { line } of occupied) if (his.has(line)) await wake(ports, line);
}

/** Wakes the line of this name. */
export async function wake(ports: Pick<Ports, 'workflows'>, line: string, by?: 'clock'): Promise<void> {
  const at = line.indexOf(':');
  await ports.workflows.wakeLine(line.slice(0, at) === 'agent' ? 'agent' : 'group', line.slice(at + 1), by);
}
