import { durationMs } from '../flows';
import type { Flow, SettingDeclaration, SettingValues } from '../flows/flow';
import type { Store } from '../store';
import type { InputFinding } from './api-error';
import { knownLists } from './known-lists';

/** Checks the values a channel fills into its flow; one finding per value that does not fit. */
export const checkSettings = async (store: Store, flow: Flow, values: SettingValues): Promise<InputFinding[]> => {
  const declared = new Map(Object.entries(flow.settings ?? {}));
  const findings: InputFinding[] = [];
  for (const [name, value] of Object.entries(values)) {
    const declaration = declared.get(name);
    const what = declaration ? await misfit(store, declaration, value) : `is not a setting of the flow "${flow.id}"`;
    if (what !== null) findings.push({ where: `/settings/${name}`, what });
  }
  for (const [name, { title, default: preset }] of declared) {
    if (preset === undefined && !(name in values)) {
      findings.push({ where: `/settings/${name}`, what: `is missing: "${title}"` });
    }
  }
  return findings;
};

async function misfit(
  store: Store,
  { type }: SettingDeclaration,
  value: string | number | boolean,
): Promise<string | null> {
  const kind = { number: 'number', boolean: 'boolean' }[type as string] ?? 'string';
  if (typeof value !== kind)
    return `must be ${kind === 'string' ? 'a text' : kind === 'number' ? 'a number' : 'true or false'}`;
  const word = String(value);
  if (type === 'group' && !(await store.groups.get(word))) return `names the group "${word}", which does not exist`;
  if (type === 'template' && !(await store.templates.get(word)))
    return `names the template "${word}", which does not exist`;
  if (type === 'list' && !(await knownLists(store)).some((each) => each.list === word))
    return `names the blocklist "${word}", which does not exist; it comes to be by its first sender`;
  if (type === 'duration' && durationMs(word) === null) return `is not a duration such as "15m" or "3d"`;
  return null;
}
