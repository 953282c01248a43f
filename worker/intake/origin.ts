import { UNKNOWN_ORIGIN, type Authentication } from '../../mail/authentication';
import { verifyReceived } from '../../mail/verify';
import type { LedgerEntry } from '../../store/ledger';
import type { IntakePorts } from './intake-ports';

/** What is known of a mail's origin; `aligned` is null where nothing could be checked, which is no reason to distrust. */
export type Origin = Omit<Authentication, 'aligned'> & { aligned: boolean | null };

/**
 * Finds out who really sent a mail: by the session it came in, or, where it was fetched, by what the mailbox provider
 * says. Mail from a relay of one's own says nothing: its sender connected elsewhere.
 */
export async function originOf(
  ports: Pick<IntakePorts, 'resolver' | 'settings'>,
  entry: LedgerEntry,
  raw: Buffer,
): Promise<Origin> {
  const { kind, envelope } = entry.source;
  const { serverName, verifyBudgetMs, trustedRelays } = ports.settings;
  const ip = envelope.ip?.replace(/^::ffff:/, '') ?? null;
  if (kind !== 'smtp' || ip === null || trustedRelays.includes(ip)) return { ...UNKNOWN_ORIGIN, aligned: null };
  return verifyReceived(
    { raw, ip, helo: envelope.helo ?? '', mailFrom: envelope.from ?? '' },
    { resolve: ports.resolver, serverName, budgetMs: verifyBudgetMs },
  );
}
