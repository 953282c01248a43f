import { ApiError } from '../api-error';

/** Writes a place in a list as the opaque `next` of a page. */
export const toCursor = (place: Record<string, unknown>): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Reads a cursor back; null when there is none. Throws `wrong-cursor`. */
export const fromCursor = (cursor: string | undefined): Record<string, unknown> | null => {
  if (cursor === undefined) return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof place === 'object' && place !== null && !Array.isArray(place)) return { ...place };
  } catch {
    // Falls through: what cannot be read is not ours.
  }
  throw new ApiError('wrong-cursor');
};

/** Number to skip in lists that are paged by position; 0 without a cursor. */
export const skipOf = (cursor: string | undefined): number => {
  const skip = fromCursor(cursor)?.['skip'] ?? 0;
  if (typeof skip !== 'number' || !Number.isInteger(skip) || skip < 0 || skip > 1_000_000) {
    throw new ApiError('wrong-cursor');
  }
  return skip;
};

/** A page of a list that was read with one entry more than asked for. */
export const pageBySkip = <T>(
  found: readonly T[],
  limit: number,
  skip: number,
): { items: T[]; next: string | null } => ({
  items: found.slice(0, limit),
  next: found.length > limit ? toCursor({ skip: skip + limit }) : null,
});
