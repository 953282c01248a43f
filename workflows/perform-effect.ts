import { ApplicationFailure } from '@temporalio/common';
import type { EffectCall, EffectName } from '../activities/effects';
import type { Answer, Effect, UnlinkedCall } from '../flows/state';
import { local, patientFor } from './activity-proxies';

/** The proxies once more, keyed by effect: TypeScript cannot follow the key of a union through the proxy's type. */
const effects = local as unknown as Record<
  EffectName,
  { executeWithOptions(options: { summary: string }, args: [CallIds & { effect: Effect }]): Promise<Answer> }
>;

/** What every effect's activity is told beside the effect. */
type CallIds = Omit<EffectCall<EffectName>, 'effect'>;

/** Does an effect by the activity of its name, with the node's name as its summary. */
export function perform(effect: Effect, ids: CallIds): Promise<Answer> {
  const summary = effect.node ? `at "${effect.node}"` : 'by the engine';
  if (isUnlinked(effect)) throw ApplicationFailure.nonRetryable(`"${effect.flow}" was not pinned.`, 'FlowNotPinned');
  // Never local: it talks to another system, and may take longer than a workflow task.
  if (effect.do === 'callWebhook') {
    const { callWebhook } = patientFor(effect.timeoutMs);
    return callWebhook.executeWithOptions({ summary }, [{ ...ids, effect }]);
  }
  return effects[effect.do].executeWithOptions({ summary }, [{ ...ids, effect }]);
}

/** A run is started with what its flow calls; one that was not goes to its `error`, and is never taken as done. */
function isUnlinked(effect: Effect): effect is Effect & UnlinkedCall {
  return effect.do === 'runSubflow';
}
