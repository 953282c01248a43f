import { ApplicationFailure } from '@temporalio/common';
import type { EffectCall, EffectName } from '../activities/effects';
import type { Answer, Effect, EffectNotBuilt } from '../flows/state';
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
  if (isNotBuilt(effect)) throw ApplicationFailure.nonRetryable(`${effect.do} cannot be done yet.`, 'NotBuilt');
  // Never local: it talks to another system, and may take longer than a workflow task.
  if (effect.do === 'callWebhook') {
    const { callWebhook } = patientFor(effect.timeoutMs);
    return callWebhook.executeWithOptions({ summary }, [{ ...ids, effect }]);
  }
  return effects[effect.do].executeWithOptions({ summary }, [{ ...ids, effect }]);
}

/** Publishing refuses flows that need these; a flow that got round it goes to its `onError` and is never taken as done. */
function isNotBuilt(effect: Effect): effect is Effect & EffectNotBuilt {
  return !Object.hasOwn(BUILT, effect.do);
}
const BUILT: Record<EffectName, true> = {
  checkBlocklist: true,
  evaluateConditions: true,
  reserveAgent: true,
  offerToAll: true,
  reserveFor: true,
  enterLine: true,
  leaveLine: true,
  endOffer: true,
  releaseSlot: true,
  holdSlot: true,
  queueMail: true,
  queueReply: true,
  turnAwayMail: true,
  keepNote: true,
  bindEngagement: true,
  findEngaged: true,
  callWebhook: true,
};
