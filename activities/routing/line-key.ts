import type { Target } from '../../flows';

/** Name of the line of a target, as the store keys it. */
export const lineKey = (target: Target): string =>
  'group' in target ? `group:${target.group}` : `agent:${target.agent}`;
