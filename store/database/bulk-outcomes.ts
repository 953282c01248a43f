import { mongo } from 'mongoose';

/** What became of one upsert of a bulk write: made, fitted, lost against another with its key, or refused for itself. */
export type Outcome = { made: boolean; fits: boolean } | { refused: unknown };

const DUPLICATE_KEY = 11000;

/**
 * What became of each of `count` upserts that were sent together and did not all go well; null when the error says
 * nothing of each. What was written is told as written, so that nothing is sent again.
 */
export function bulkOutcomes(error: unknown, count: number): Outcome[] | null {
  if (!(error instanceof mongo.MongoBulkWriteError)) return null;
  const failures = [error.writeErrors].flat();
  // Without any, the command itself failed.
  if (failures.length === 0) return null;
  const failed = new Map(failures.map((each) => [each.index, each]));
  return Array.from({ length: count }, (_, index): Outcome => {
    const failure = failed.get(index);
    if (failure && failure.code !== DUPLICATE_KEY) return { refused: new mongo.MongoServerError({ ...failure.err }) };
    return { made: index in error.upsertedIds, fits: !failure };
  });
}
