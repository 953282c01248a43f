import type { LedgerEntry } from '../../store/ledger';
import type { Store } from '../../store';

/** Why mail is held that waits for its channel, and not for a person's word. */
export const heldByChannel = {
  off: 'the channel is off',
  noFlow: 'no published flow',
  gone: 'the channel is gone',
} as const;

const reasons: ReadonlySet<string | null> = new Set(Object.values(heldByChannel));
const A_PAGE = 1_000;

/** Mail that a channel holds because it was off, without a flow or gone; oldest first. What a mail bomb left stays. */
export async function findHeldByChannel({ ledger }: Pick<Store, 'ledger'>, channel: string): Promise<LedgerEntry[]> {
  const found = new Map<string, LedgerEntry>();
  for (let until: Date | null = null; ;) {
    const page: LedgerEntry[] = await ledger.find({
      channel,
      verdict: 'held',
      limit: A_PAGE,
      ...(until ? { until } : {}),
    });
    const known = found.size;
    for (const entry of page) found.set(entry._id, entry);
    const last = page.at(-1);
    if (!last || page.length < A_PAGE || found.size === known) break;
    // Others may have come at the very moment of the last one.
    until = new Date(last.receivedAt.getTime() + 1);
  }
  return [...found.values()]
    .filter(({ reason }) => reasons.has(reason))
    .toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}
