import { durationMs, LONGEST_MS, settingPlaces, type SettingUse } from '../flows';
import type { Flow, SettingValues } from '../flows/flow';
import type { Store } from '../store';
import type { Channel } from '../store/channels';
import type { InputFinding } from './api-error';
import { knownLists } from './known-lists';

/** Checks the values a channel fills into its flow; one finding per value that does not fit. */
export const checkSettings = async (store: Store, flow: Flow, values: SettingValues): Promise<InputFinding[]> => {
  const declared = new Map(Object.entries(flow.settings ?? {}));
  const uses = settingPlaces(flow);
  const findings: InputFinding[] = [];
  for (const [name, value] of Object.entries(values)) {
    const declaration = declared.get(name);
    const asUsed = new Set(uses.flatMap(({ setting, use }) => (setting === name && use !== null ? [use] : [])));
    const what = declaration
      ? ((await misfit(store, declaration.type, asUsed, value)) ?? notOffered(declaration.enum, value))
      : `is not a setting of the flow "${flow.id}"`;
    if (what !== null) findings.push({ where: `/settings/${name}`, what });
  }
  for (const [name, { title, default: preset }] of declared) {
    if (preset === undefined && !(name in values)) {
      findings.push({ where: `/settings/${name}`, what: `is missing: "${title}"` });
    }
  }
  return findings;
};

/** W502 for values: groups a channel fills into its flow that have no agents, as sentences. */
export async function hollowSettings(store: Store, { flow: live, settings }: Channel): Promise<string[]> {
  const revision = live && (await store.flows.revision(live.id, live.revision));
  // What is published was checked when it was.
  const declared = revision ? ((JSON.parse(revision.text) as Flow).settings ?? {}) : {};
  const groups = Object.entries(declared).filter(([, { type }]) => type === 'group');
  const told = groups.map(async ([name, { title, default: preset }]) => {
    const group = await store.groups.get(String(settings[name] ?? preset ?? ''));
    if (!group || group.agents.length > 0) return [];
    return [`Its setting "${title}" names the group "${group._id}", which has no agents: nobody will be rung.`];
  });
  return (await Promise.all(told)).flat();
}

type Value = SettingValues[string];

/** What is wrong with a value that the flow does not let choose; null where it lets choose freely. */
function notOffered(allowed: readonly (string | number)[] | undefined, value: Value): string | null {
  if (!allowed || typeof value === 'boolean' || allowed.includes(value)) return null;
  return `must be one of: ${allowed.join(', ')}`;
}

async function misfit(
  store: Store,
  type: NonNullable<Flow['settings']>[string]['type'],
  uses: ReadonlySet<SettingUse>,
  value: Value,
): Promise<string | null> {
  if (type === 'number') return typeof value === 'number' ? null : 'must be a number';
  if (type === 'boolean') return typeof value === 'boolean' ? null : 'must be true or false';
  if (typeof value !== 'string') return 'must be a text';
  if (type !== 'text') uses = new Set([type]);
  // An empty text is no name: the flow goes on as if nothing stood there.
  else if (value === '') return null;
  for (const use of uses) {
    const what = await CHECKS[use](store, value);
    if (what !== null) return what;
  }
  return null;
}

const missing = (what: string, word: string, more = ''): string =>
  `names the ${what} "${word}", which does not exist${more}`;

/** What is wrong with a word that is used so; null when nothing is. */
const CHECKS: Record<SettingUse, (store: Store, word: string) => Promise<string | null>> = {
  group: async ({ groups }, word) => ((await groups.get(word)) ? null : missing('group', word)),
  agent: async ({ agents }, word) => ((await agents.get(word)) ? null : missing('agent', word)),
  template: async ({ templates }, word) => ((await templates.get(word)) ? null : missing('template', word)),
  connection: async ({ connections }, word) => ((await connections.get(word)) ? null : missing('connection', word)),
  list: async (store, word) =>
    (await knownLists(store)).some((each) => each.list === word)
      ? null
      : missing('blocklist', word, '; it comes to be by its first sender'),
  address: async (_store, word) =>
    /^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,189}$/.test(word) ? null : 'is not an address such as "returns@supplier.example"',
  duration: async (_store, word) => {
    const ms = durationMs(word);
    if (ms === null) return 'is not a duration such as "15m" or "3d"';
    return ms > LONGEST_MS ? 'is longer than a year' : null;
  },
};
