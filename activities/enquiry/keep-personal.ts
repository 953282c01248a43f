import type { Ports } from '../ports';
import { decisionOf, digestOf } from '../routing/decision';

/**
 * Keeps in the store what an effect puts into personal variables; nothing where it puts nothing. A repeat changes nothing,
 * so whoever goes on from this effect reads what stood first.
 */
export async function keepPersonal(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { enquiryId, effect }: { enquiryId: string; effect: { seq: number; node: string | null } },
  values: Record<string, string | number | boolean>,
): Promise<void> {
  const names = Object.keys(values).toSorted();
  if (names.length === 0) return;
  const digest = digestOf({ node: effect.node, names });
  const id = decisionOf(enquiryId, effect.seq);
  await store.personalValues.once({ _id: id, enquiry: enquiryId, digest, values, at: now(), v: 1 });
}
