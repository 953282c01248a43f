import type { WaitEvent, WaitNode } from '../flow';
import { resolveDuration } from '../setting-values';
import { rest, tell } from '../engine/run';
import type { Kind, JsonSchema } from './kind';
import { listOf, ref, say } from './schema-parts';

/** Every event a `wait` may name. */
export const WAIT_EVENTS: readonly WaitEvent[] = [
  'agent-closed',
  'transfer-requested',
  'customer-replied',
  'agent-replied',
  'delivery-failed',
  'tag-added',
  'agent-unavailable',
  'supervisor-resumed',
  'sla-warned',
  'sla-breached',
  'snooze-ended',
];

const events: JsonSchema = listOf({ enum: [...WAIT_EVENTS] });

/** `wait`: rests until one of the named events comes or the time is over. */
export const wait: Kind<WaitNode> = {
  title: 'Waits for what people do, at most for a time.',
  properties: {
    for: say('events that end the wait, such as ["agent-closed"]', events),
    timeout: say('how long it waits at most, such as "3d"', ref('duration')),
    restartOn: say('events that start its time again, such as ["customer-replied"]', events),
  },
  required: ['timeout'],
  outcomes: [...WAIT_EVENTS, 'timeout'].map((name) => ({ name, takesTime: true })),
  outcomesOf: (node) => [...(node.for ?? []), 'timeout'],
  enter(run, node) {
    const until = run.at + resolveDuration(run.flow, run.settings, node.timeout, run.defaults.idleCloseMs);
    tell(run, { kind: 'wait', what: 'Waits.', detail: { for: node.for ?? [], until } });
    return rest(run, { kind: 'wait', node: run.state.node ?? '', for: node.for ?? [], since: run.at, until });
  },
};
