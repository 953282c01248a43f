import { resolveDuration } from '../setting-values';
import type { Run } from './run';

/**
 * It is the contact's turn from now on: when he is silent, he is warned and then the enquiry closes. Nothing where the flow
 * says `false`, or the enquiry began before there was such a thing.
 */
export function countIdle(run: Run): void {
  const { state, flow, settings, defaults, at } = run;
  const { idleClose: rule = {} } = flow;
  if (rule === false || defaults.idleWarningMs === undefined) return;
  // He is not silent: the answer he waits for has yet to leave.
  if (state.replies?.some(({ planned }) => planned)) {
    state.idle = null;
    return;
  }
  const closeAt = at + resolveDuration(flow, settings, rule.after, defaults.idleCloseMs);
  const before = resolveDuration(flow, settings, rule.warnBefore, defaults.idleWarningMs);
  const warnAt = closeAt - before;
  state.idle = { warnAt: rule.warning === false || before <= 0 || warnAt <= at ? null : warnAt, closeAt };
}
