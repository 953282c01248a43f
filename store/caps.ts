import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';

/** The last `limit` things that were allowed under one key, oldest first; `_id` is `<kind>|<key>`. */
export interface Cap extends Stored {
  limit: number;
  taken: { id: string; at: Date }[];
}

/** Asks for one of `limit` allowances per `windowMs`. */
export interface AllowanceRequest {
  kind: 'sender' | 'channel' | 'starts';
  /** What is capped: contact id, channel id. Nothing personal. */
  key: string;
  limit: number;
  windowMs: number;
  /** What it is for (outbox id, enquiry id): counted once. */
  id: string;
  now: Date;
}

/** `used`: allowances in the window as far as known; `until`: when the next is free. */
export type Allowance = { allowed: true } | { allowed: false; until: Date };

/** How the collection is made. */
export const caps: Definition<Cap> = { name: 'caps', fields: { limit: Number, taken: [Nested] } };

/** Sliding windows: exact, one compare-and-set in the usual case. */
export function createCaps(ports: CollectionPorts) {
  const collection = openCollection(caps, ports);

  return {
    /** Takes an allowance, counted once per id while it is among the last `limit`. */
    async takeAllowance(request: AllowanceRequest): Promise<Allowance> {
      const { kind, key, limit, windowMs, id, now } = request;
      if (limit < 1) return { allowed: false, until: new Date(now.getTime() + windowMs) };
      const _id = `${kind}|${key}`;
      const over = new Date(now.getTime() - windowMs);
      const room = [{ [`taken.${limit - 1}`]: { $exists: false } }, { 'taken.0.at': { $lte: over } }];
      const take = {
        $push: { taken: { $each: [{ id, at: now }], $slice: -limit } },
        $setOnInsert: { v: 1 },
      };
      for (;;) {
        const took = await collection.upsert('takeAllowance', { _id, limit, 'taken.id': { $ne: id }, $or: room }, take);
        if (took.fits) return { allowed: true };
        const cap = await collection.get(_id);
        if (!cap) continue;
        if (cap.taken.some((one) => one.id === id)) return { allowed: true };
        if (cap.limit === limit) {
          const oldest = cap.taken[0]?.at ?? now;
          if (oldest > over) return { allowed: false, until: new Date(oldest.getTime() + windowMs) };
          continue;
        }
        // Another limit by now: keep what still counts under it, then ask again.
        await collection.update(
          'takeAllowance',
          { _id, limit: cap.limit },
          {
            $set: { limit },
            $push: { taken: { $each: [], $slice: -limit } },
          },
        );
      }
    },
  };
}

/** Operations on caps. */
export type Caps = ReturnType<typeof createCaps>;
