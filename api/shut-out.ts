import { passOnOffersOf } from './availability';
import type { ApiPorts } from './ports';

type Ports = Pick<ApiPorts, 'store' | 'workflows' | 'log' | 'now'>;

/** Who may not sign in any more is gone from every screen, and nothing rings at him or waits for him alone. */
export async function shutOut(ports: Ports, user: string, by: string, why: string): Promise<void> {
  const { store, now } = ports;
  await store.sessions.endAllOf(user);
  await store.agents.setPresence(user, 'offline', by, now());
  await passOnOffersOf(ports, user, `${why} by ${by}`, true);
}
