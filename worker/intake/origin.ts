import { trustedResults } from '../../mail/authentication-results';
import { UNKNOWN_ORIGIN, type Authentication } from '../../mail/authentication';
import { verifyReceived } from '../../mail/verify';
import type { Arrival } from './arrival';
import type { IntakePorts } from './intake-ports';

/** What is known of a mail's origin; `aligned` is null where nothing could be checked, which is no reason to distrust. */
export type Origin = Omit<Authentication, 'aligned'> & { aligned: boolean | null };

const nothingKnown: Origin = { ...UNKNOWN_ORIGIN, aligned: null };

/**
 * Finds out who really sent a mail: by the session it came in, or, where it was fetched, by what the mailbox provider
 * says. Mail from a relay of one's own says nothing: its sender connected elsewhere.
 */
export async function originOf(
  ports: Pick<IntakePorts, 'store' | 'resolver' | 'settings'>,
  arrival: Pick<Arrival, 'entry' | 'mail' | 'raw'>,
): Promise<Origin> {
  const { kind, envelope, server } = arrival.entry.source;
  if (kind !== 'smtp') return originOfFetched(ports, server, arrival.mail);
  const { serverName, verifyBudgetMs, trustedRelays } = ports.settings;
  const ip = envelope.ip?.replace(/^::ffff:/, '') ?? null;
  if (ip === null || trustedRelays.includes(ip)) return nothingKnown;
  return verifyReceived(
    {
      raw: arrival.raw,
      ip,
      helo: envelope.helo ?? '',
      mailFrom: envelope.from ?? '',
      authors: arrival.mail.from.map(({ address }) => address),
    },
    { resolve: ports.resolver, serverName, budgetMs: verifyBudgetMs },
  );
}

async function originOfFetched(
  { store, settings }: Pick<IntakePorts, 'store' | 'settings'>,
  loginId: string,
  mail: Arrival['mail'],
): Promise<Origin> {
  const login = await store.mailLogins.get(loginId);
  const trusted = login ? settings.trustedResults[login.host.toLowerCase()] : undefined;
  const found = trusted ? trustedResults(mail, [...trusted]) : UNKNOWN_ORIGIN;
  return found.source === 'unknown' ? nothingKnown : found;
}
