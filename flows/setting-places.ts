import { pointerTo } from './lint/finding';

/** What the value of a setting is taken for where it stands. */
export type SettingUse = 'group' | 'agent' | 'template' | 'list' | 'connection' | 'duration' | 'address';

/** One `{ "setting": NAME }` of a flow. */
export interface SettingPlace {
  pointer: string;
  setting: string;
  /** Null where any value may stand. */
  use: SettingUse | null;
}

/** Every `{ "setting": NAME }` in nodes and `closedReply`; the flow need not be sound. */
export function settingPlaces(flow: { nodes?: unknown; closedReply?: unknown }): SettingPlace[] {
  const found: SettingPlace[] = [];
  const path: (string | number)[] = [];
  const visit = (value: object): void => {
    const entries: [string, unknown][] = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only?.[0] === 'setting' && typeof only[1] === 'string') {
      found.push({ pointer: pointerTo(...path, 'setting'), setting: only[1], use: useAt(path) });
    } else for (const [name, each] of entries) enter(Array.isArray(value) ? Number(name) : name, each);
  };
  const enter = (key: string | number, value: unknown): void => {
    if (typeof value !== 'object' || value === null || path.length > 20) return;
    path.push(key);
    visit(value);
    path.pop();
  };
  enter('closedReply', flow.closedReply);
  enter('nodes', flow.nodes);
  return found;
}

/** By the property it stands under; what a webhook asks may be anything. */
function useAt(path: readonly (string | number)[]): SettingUse | null {
  if (path[2] === 'request') return null;
  const property = path.findLast((step) => typeof step === 'string');
  return (typeof property === 'string' && USES.get(property)) || null;
}

const USES = new Map<string, SettingUse>([
  ['group', 'group'],
  ['agent', 'agent'],
  ['template', 'template'],
  ['notify', 'template'],
  ['lists', 'list'],
  ['connection', 'connection'],
  ['to', 'address'],
  ...['timeout', 'queueTimeout', 'interval', 'sticky', 'expires', 'reopenWithin'].map(
    (property) => [property, 'duration'] as const,
  ),
]);
