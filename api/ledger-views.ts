import type { LedgerEntry } from '../store/ledger';
import type { TypeOf } from './http/schema';
import type { ApiPorts } from './ports';
import { entryView, type entryShape } from './shapes/ledger';

/** A message, and the enquiry it came to. */
interface Came {
  message: string | null;
  enquiry: string | null;
}

/** No message went further than so often. */
const MOST_STEPS = 10;

/**
 * Where messages are now that were moved, split off or merged into an elder enquiry since they came, in the order asked;
 * null where they are where they came to, or nowhere.
 */
async function nowIn({ store }: Pick<ApiPorts, 'store'>, came: readonly Came[]): Promise<(string | null)[]> {
  const at = came.map(({ enquiry }) => enquiry);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const led = await store.enquiries.ledOn(at.filter((id) => id !== null));
    const known = new Map(led.map((each) => [each._id, each]));
    let moved = false;
    for (const [index, { message }] of came.entries()) {
      const here = known.get(at[index] ?? '');
      const stands = message !== null && here?.messages.includes(message) === true;
      const parted = stands ? undefined : here?.moved.findLast((each) => each.message === message)?.to;
      const next = parted ?? here?.into ?? null;
      if (message === null || next === null) continue;
      at[index] = next;
      moved = true;
    }
    if (!moved) break;
  }
  return at.map((id, index) => (id === came[index]?.enquiry ? null : id));
}

/** Ledger entries as they are answered. */
export async function ledgerViews(
  ports: Pick<ApiPorts, 'store'>,
  entries: readonly LedgerEntry[],
): Promise<TypeOf<typeof entryShape>[]> {
  const places = await nowIn(ports, entries);
  return entries.map((entry, index) => entryView(entry, places[index] ?? null));
}
