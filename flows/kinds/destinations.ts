import type { Destination, Flow, SettingValues } from '../flow';
import type { Target } from '../state';
import { resolveText } from '../setting-values';
import type { JsonSchema } from './kind';
import { slugOrSetting } from './schema-parts';

/** Properties of a destination: exactly one of them is given. */
export const destinationProperties: Record<string, JsonSchema> = { group: slugOrSetting, agent: slugOrSetting };

/** The group or agent a destination names, settings filled in; null when the channel has not named one. */
export function resolveTarget(flow: Flow, settings: SettingValues, destination: Destination): Target | null {
  if ('group' in destination) {
    const group = resolveText(flow, settings, destination.group);
    return group === null ? null : { group };
  }
  const agent = resolveText(flow, settings, destination.agent);
  return agent === null ? null : { agent };
}
