import type { Expression } from '../flow';
import { evaluateAll, evaluationFacts, storePaths, type EvaluationMode, type EvaluationResult } from '../evaluation';
import { ask, has, type Run, type Turn } from '../engine/run';
import type { KeptPlace } from '../personal';

/**
 * Evaluates expressions of a node: here when the enquiry's state is enough, else by the effect `evaluateConditions`
 * (then `asked` is the turn). What reads the store or anything personal, or is `keep`t there, is never computed inside the run.
 */
export function evaluateHere(
  run: Run,
  expressions: Expression[],
  mode: EvaluationMode,
  keep: KeptPlace[] = [],
): { result: EvaluationResult } | { asked: Turn } {
  const facts = evaluationFacts(run.flow, run.settings, run.state, run.at);
  if (storePaths(expressions, facts).length === 0 && keep.length === 0) {
    return { result: evaluateAll(expressions, mode, facts, () => undefined) };
  }
  const kept = keep.length > 0 ? { keep } : {};
  return { asked: ask(run, { do: 'evaluateConditions', expressions, mode, facts, ...kept }, { on: 'node' }) };
}

/** The turn of a node whose expression could not be computed. */
export function expressionFault(fault: string): Turn {
  return { turn: 'fail', code: 'expression-fault', detail: { fault } };
}

/** What an evaluation read, for the story; null when it told of nothing. */
export function valuesRead(answer: object): { read: unknown } | null {
  return has(answer, 'read') && answer.read !== undefined ? { read: answer.read } : null;
}
