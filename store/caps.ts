import { Nested, openCollection, type CollectionPorts, type Definition, type Stored } from './database/collection';
import { gatherBy } from './database/gather';

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

/** Sliding windows: exact, one compare-and-set in the usual case for all who ask for the same at the same time. */
export function createCaps(ports: CollectionPorts) {
  const collection = openCollection(caps, ports);

  /** Takes all of them or none; false when there is no room for all, one was counted before, or the limit is another. */
  async function takeAll(
    _id: string,
    requests: readonly AllowanceRequest[],
    asked: AllowanceRequest,
  ): Promise<boolean> {
    const { limit, windowMs, now } = asked;
    const over = new Date(now.getTime() - windowMs);
    const ids = requests.map(({ id }) => id);
    const room = [
      { [`taken.${limit - ids.length}`]: { $exists: false } },
      { [`taken.${ids.length - 1}.at`]: { $lte: over } },
    ];
    const fits = { _id, limit, 'taken.id': { $nin: ids }, $or: room };
    const taken = { $each: ids.map((id) => ({ id, at: now })), $slice: -limit };
    return collection.fit('takeAllowance', fits, { $push: { taken }, $setOnInsert: { v: 1 } });
  }

  async function takeOne(_id: string, request: AllowanceRequest): Promise<Allowance> {
    const { limit, windowMs, id, now } = request;
    const over = new Date(now.getTime() - windowMs);
    for (;;) {
      if (await takeAll(_id, [request], request)) return { allowed: true };
      const cap = await collection.get(_id);
      if (!cap) continue;
      if (cap.taken.some((one) => one.id === id)) return { allowed: true };
      if (cap.limit === limit) {
        const oldest = cap.taken[0]?.at ?? now;
        const isFull = cap.taken.length >= limit && oldest > over;
        if (isFull) return { allowed: false, until: new Date(oldest.getTime() + windowMs) };
        // Another process was faster, and there is room yet.
        continue;
      }
      // Another limit by now: keep what still counts under it, then ask again.
      const trim = { $set: { limit }, $push: { taken: { $each: [], $slice: -limit } } };
      await collection.update('takeAllowance', { _id, limit: cap.limit }, trim);
    }
  }

  return {
    /** Takes an allowance, counted once per id while it is among the last `limit`. */
    takeAllowance: gatherBy(keyOf, async (_id, requests: AllowanceRequest[]): Promise<Allowance[]> => {
      const [first] = requests;
      if (first && requests.length > 1 && areAlike(requests, first) && (await takeAll(_id, requests, first))) {
        return requests.map(() => ({ allowed: true }));
      }
      const answers: Allowance[] = [];
      for (const request of requests) {
        const { limit, windowMs, now } = request;
        const never: Allowance = { allowed: false, until: new Date(now.getTime() + windowMs) };
        answers.push(limit < 1 ? never : await takeOne(_id, request));
      }
      return answers;
    }),
  };
}

const keyOf = ({ kind, key }: AllowanceRequest): string => `${kind}|${key}`;

/** Whether they may be taken as one: each for something else, by the same limit, and not more than it allows. */
function areAlike(requests: readonly AllowanceRequest[], { limit, windowMs }: AllowanceRequest): boolean {
  const isDistinct = new Set(requests.map(({ id }) => id)).size === requests.length;
  return (
    isDistinct && requests.length <= limit && requests.every((one) => one.limit === limit && one.windowMs === windowMs)
  );
}

/** Operations on caps. */
export type Caps = ReturnType<typeof createCaps>;
