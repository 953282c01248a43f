import { ApplicationFailure } from '@temporalio/common';
import { evaluateAll, fits, storePaths, type Answer, type KeptPlace, type Value } from '../../flows';
import type { EffectActivities } from '../effects';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';
import { keepPersonal } from './keep-personal';
import { readFacts } from './store-facts';

/**
 * Evaluates expressions that read what the run does not know, next to the store, and gives back outcomes only: the
 * personal values they read never enter history. What goes into personal variables is kept here.
 */
export const evaluateConditions =
  ({ store, now }: Pick<Ports, 'store' | 'now'>, readInbound: ReadInbound): EffectActivities['evaluateConditions'] =>
  async (call) => {
    const { enquiryId, channelId, contact, effect } = call;
    const paths = storePaths(effect.expressions, effect.facts);
    const values: Map<string, Value> = await readFacts(
      { store, now, readInbound },
      { enquiryId, channelId, contact, known: effect.facts, paths },
    );
    const result = evaluateAll(effect.expressions, effect.mode, effect.facts, (path) => values.get(path));
    if ('fault' in result) throw ApplicationFailure.nonRetryable(result.fault, 'ConditionFault');
    if (!effect.keep || !('values' in result)) return result;
    const kept = keptOf(result.values, effect.keep);
    if ('misfit' in kept) return kept;
    await keepPersonal({ store, now }, call, kept.values);
    const stays = new Set(effect.keep.map(({ index }) => index));
    return { ...result, values: result.values.map((value, index) => (stays.has(index) ? null : value)) };
  };

/** The values of personal variables, or the first that its variable cannot hold. */
function keptOf(
  all: Extract<Answer, { values: unknown }>['values'],
  keep: readonly KeptPlace[],
): { values: Record<string, string | number | boolean> } | { misfit: string } {
  const values: Record<string, string | number | boolean> = {};
  for (const place of keep) {
    const value = all[place.index];
    if (!fits(place, value)) return { misfit: place.variable };
    values[place.variable] = value;
  }
  return { values };
}
