import type { WaitEvent, WaitNode } from '../flow';
import { resolveDuration } from '../setting-values';
import { rest, tell } from '../engine/run';
import type { Kind, JsonSchema } from './kind';
import { listOf, ref } from './schema-parts';

/** Events of the flow language that nothing brings in this release; the linter says so. */
export const EVENTS_NOT_BUILT: readonly string[] = ['sla-warned', 'sla-breached', 'snooze-ended'];

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

const DAY_MS = 86_400_000;
const events: JsonSchema = listOf({ enum: [...WAIT_EVENTS] });

/** `wait`: rests until one of the named events comes or the time is over. */
export const wait: Kind<WaitNode> = {
  title: 'Waits for what people do, at most for a time.',
  properties: { for: events, timeout: ref('duration'), restartOn: events },
  required: ['timeout'],
  outcomes: (node) => [...(node.for ?? []), 'timeout'].map((name) => ({ name, takesTime: true })),
  enter(run, node) {
    const until = run.at + resolveDuration(run.flow, run.settings, node.timeout, DAY_MS);
    tell(run, { kind: 'wait', what: 'Waits.', detail: { for: node.for ?? [], until } });
    return rest(run, { kind: 'wait', node: run.state.node ?? '', for: node.for ?? [], since: run.at, until });
  },
};
