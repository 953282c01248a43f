import { randomUUID } from 'node:crypto';
import type { Caller } from './caller';
import type { ApiPorts } from './ports';

/** A change of a setting. `before` and `after` are what the API answers of it, so they hold no secret. */
export interface Change {
  /** `channel.create`, `group.change`, … */
  what: string;
  about: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** The request that made the change. */
interface Changing {
  caller: Caller;
  request: { ip?: string | undefined };
}

/** Keeps who changed what, when and from where; only the fields that differ are kept. */
export const recordChange = async (
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  { caller, request }: Changing,
  change: Change,
): Promise<void> => {
  const { before, after } = differing(change.before, change.after);
  await store.audit.add({
    // Not the client's key: with a key used twice, the second change would go unrecorded.
    _id: randomUUID(),
    who: caller.id,
    when: now(),
    ip: request.ip ?? null,
    what: change.what,
    about: change.about,
    before,
    after,
    v: 1,
  });
};

type Fields = Record<string, unknown>;

function differing(before: Fields | null, after: Fields | null): { before: Fields | null; after: Fields | null } {
  if (!before || !after) return { before, after };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (from: Fields): Fields => Object.fromEntries(changed.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}
