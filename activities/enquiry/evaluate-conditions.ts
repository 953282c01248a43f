import { ApplicationFailure } from '@temporalio/common';
import { evaluateAll, storePaths, type Value } from '../../flows';
import type { EffectActivities } from '../effects';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';
import { readFacts } from './store-facts';

/**
 * Evaluates expressions that read what the run does not know, next to the store, and gives back outcomes only: the
 * personal values they read never enter history.
 */
export const evaluateConditions =
  ({ store, now }: Pick<Ports, 'store' | 'now'>, readInbound: ReadInbound): EffectActivities['evaluateConditions'] =>
  async ({ enquiryId, channelId, contact, effect }) => {
    const paths = storePaths(effect.expressions);
    const values: Map<string, Value> = await readFacts(
      { store, now, readInbound },
      { enquiryId, channelId, contact, known: effect.facts, paths },
    );
    const result = evaluateAll(effect.expressions, effect.mode, effect.facts, (path) => values.get(path));
    if ('fault' in result) throw ApplicationFailure.nonRetryable(result.fault, 'ConditionFault');
    return result;
  };
