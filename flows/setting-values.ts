import type { DurationText, Flow, SettingReference, SettingValues } from './flow';
import { durationMs } from './duration';

/** Value of a flow's setting: what the channel filled in, else the declared default, else null. */
export function settingValue(flow: Flow, settings: SettingValues, name: string): string | number | boolean | null {
  if (Object.hasOwn(settings, name)) return settings[name] ?? null;
  const declared = flow.settings;
  return declared && Object.hasOwn(declared, name) ? (declared[name]?.default ?? null) : null;
}

/** All values of a flow's settings, defaults filled in. */
export function allSettings(flow: Flow, settings: SettingValues): SettingValues {
  const values: SettingValues = {};
  for (const name of Object.keys(flow.settings ?? {})) {
    const value = settingValue(flow, settings, name);
    if (value !== null) values[name] = value;
  }
  return values;
}

/** The text that stands there, or that the named setting holds; null when it is empty or no text. */
export function resolveText(flow: Flow, settings: SettingValues, value: string | SettingReference): string | null {
  const found = typeof value === 'string' ? value : settingValue(flow, settings, value?.setting);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** Milliseconds of the duration that stands there or in the named setting; `otherwise` when there is none. */
export function resolveDuration(
  flow: Flow,
  settings: SettingValues,
  value: DurationText | undefined,
  otherwise: number,
): number {
  const text = value === undefined ? null : resolveText(flow, settings, value);
  return (text === null ? null : durationMs(text)) ?? otherwise;
}
