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

/** The parts of a flow in which settings may stand; it need not be sound. */
interface Parts {
  nodes?: unknown;
  closedReply?: unknown;
  idleClose?: unknown;
  sla?: unknown;
}

/** Every `{ "setting": NAME }` in nodes, `closedReply`, `idleClose` and `sla`; the flow need not be sound. */
export function settingPlaces(flow: Parts): SettingPlace[] {
  const found: SettingPlace[] = [];
  const path: (string | number)[] = [];
  const visit = (value: object): void => {
    const entries: [string, unknown][] = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only?.[0] === 'setting' && typeof only[1] === 'string' && !hasOwnNames(path)) {
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
  enter('idleClose', flow.idleClose);
  enter('sla', flow.sla);
  enter('nodes', flow.nodes);
  return found;
}

/** Where names are the author's: variables that are set, what is asked; one of them may be "setting". */
function hasOwnNames([root, , part, inside, ...rest]: readonly (string | number)[]): boolean {
  if (root !== 'nodes' || rest.length > 0) return false;
  return inside === undefined ? part === 'values' || part === 'save' : part === 'request' && inside === 'query';
}

/** By the property it stands under; what a webhook asks may be anything. */
function useAt(path: readonly (string | number)[]): SettingUse | null {
  if (path[2] === 'request') return null;
  const property = path.findLast((step) => typeof step === 'string');
  return (typeof property === 'string' && USES.get(property)) || null;
}

const slaDurations = ['firstResponse', 'resolution', 'warnBefore'] as const;

const USES = new Map<string, SettingUse>([
  ['group', 'group'],
  ['agent', 'agent'],
  ['template', 'template'],
  ['notify', 'template'],
  ['warning', 'template'],
  ['lists', 'list'],
  ['connection', 'connection'],
  ['to', 'address'],
  ...['timeout', 'queueTimeout', 'interval', 'sticky', 'expires', 'reopenWithin', 'after', ...slaDurations].map(
    (property) => [property, 'duration'] as const,
  ),
]);
