import type { ApiPorts } from './ports';

/** Somebody writes or reads at his desk: that keeps his presence as a heartbeat does. Nothing for who is no agent. */
export async function keepPresence(
  { store, settings, now }: Pick<ApiPorts, 'store' | 'settings' | 'now'>,
  user: string,
): Promise<void> {
  await store.agents.heartbeat(user, settings.presenceLeaseMs, now());
}
