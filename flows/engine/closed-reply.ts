import { flowDefaults, type FlowDefaults } from '../defaults';
import type { ClosedReply, DurationText, Flow, SettingValues } from '../flow';
import type { Instant } from '../state';
import { resolveDuration } from '../setting-values';

/** What becomes of a mail to a closed enquiry; `at` is the node a reopened run begins at. */
export type ClosedReplyVerdict = { verdict: 'reopen'; at: string } | { verdict: 'new' | 'refuse'; at?: undefined };

/**
 * Decides what a mail to an enquiry that closed at `closedAt` does. Asked by intake before a run starts, and by `step`
 * for mail that came while the run was closing. Without `closedReply` an enquiry reopens for a time at its first
 * `route`, else its first `ring`: what greets the contact at the start is not said twice.
 */
export function closedReplyVerdict(
  flow: Flow,
  settings: SettingValues,
  closedAt: Instant,
  now: Instant,
  defaults: Pick<FlowDefaults, 'reopenWithinMs'> = flowDefaults,
): ClosedReplyVerdict {
  const rule: Exclude<ClosedReply, object> | { reopenWithin?: DurationText; at: string } = flow.closedReply ?? {
    at: reopenNode(flow),
  };
  if (rule === 'refuse') return { verdict: 'refuse' };
  if (rule === 'newEnquiry') return { verdict: 'new' };
  const withinMs = resolveDuration(flow, settings, rule.reopenWithin, defaults.reopenWithinMs);
  return now <= closedAt + withinMs ? { verdict: 'reopen', at: rule.at } : { verdict: 'new' };
}

/** Where an enquiry that is opened again goes on if the flow does not say: what greets the contact is not said twice. */
export function reopenNode(flow: Flow): string {
  const names = Object.keys(flow.nodes);
  const first = (kind: string): string | undefined => names.find((name) => flow.nodes[name]?.type === kind);
  return first('route') ?? first('ring') ?? flow.start;
}
