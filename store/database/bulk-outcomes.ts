import { mongo } from 'mongoose';

/** What became of one upsert of a bulk write: made, fitted, lost against another with its key, or refused for itself. */
export type Outcome = { made: boolean; fits: boolean } | { refused: unknown };

const DUPLICATE_KEY = 11000;

/**
 * What became of each of `count` upserts that were sent together and did not all go well; null when the error says
 * nothing of each. What was written is told as written, so that nothing is sent again. Mongoose leaves out what the
 * schema refuses, and the driver counts what is left.
 */
export function bulkOutcomes(error: unknown, count: number): Outcome[] | null {
  const told = answerIn(error);
  if (!told) return null;
  const { refused, made, failed } = told;
  let sent = 0;
  return Array.from({ length: count }, (_, index): Outcome => {
    if (refused[index] instanceof Error) return { refused: refused[index] };
    const place = sent++;
    const failure = failed.get(place);
    if (failure && failure.code !== DUPLICATE_KEY) return { refused: new mongo.MongoServerError({ ...failure.err }) };
    return { made: place in made, fits: !failure };
  });
}

interface Told {
  /** An Error where the schema refused the operation. */
  refused: unknown[];
  made: Record<number, unknown>;
  failed: Map<number, mongo.WriteError>;
}

/** Two errors tell of each: the driver's, when the server refused some, and mongoose's, when only its schema did. */
function answerIn(error: unknown): Told | null {
  if (error instanceof mongo.MongoBulkWriteError) {
    const failures = [error.writeErrors].flat();
    // Without any, the command itself failed.
    if (failures.length === 0) return null;
    const failed = new Map(failures.map((each) => [each.index, each]));
    return { refused: listIn('mongoose' in error ? error.mongoose : null), made: error.upsertedIds, failed };
  }
  const refused = listIn(error);
  if (refused.length === 0) return null;
  return { refused, made: madeIn(error), failed: new Map() };
}

function madeIn(error: unknown): Told['made'] {
  const written = typeof error === 'object' && error !== null && 'rawResult' in error ? error.rawResult : null;
  if (typeof written !== 'object' || written === null || !('upsertedIds' in written)) return {};
  return { ...(written.upsertedIds as Told['made']) };
}

function listIn(holder: unknown): unknown[] {
  if (typeof holder !== 'object' || holder === null || !('results' in holder)) return [];
  return Array.isArray(holder.results) ? holder.results : [];
}
