import { WORKSPACE_CALENDAR, type Flow } from '../flows';
import type { Channel } from '../store/channels';
import { publishedFlow } from './called-flows';
import type { ApiPorts } from './ports';

/** What flows name. */
type UsedKind = 'group' | 'template' | 'connection' | 'calendar';

/**
 * What still uses a group, template, connection or calendar, as sentences: live flows that name it, channels whose settings
 * do, lookups that ask over it, and open enquiries that are at the group. Empty when it may go.
 */
export const usesOf = async ({ store }: Pick<ApiPorts, 'store'>, kind: UsedKind, id: string): Promise<string[]> => {
  const used: string[] = [];
  for (const channel of await store.channels.list()) {
    if (await flowNames(store, channel, kind, id)) {
      used.push(`flow "${channel.flow?.id}" revision ${channel.flow?.revision} of channel "${channel._id}"`);
    }
    if (Object.values(channel.settings).includes(id)) used.push(`settings of channel "${channel._id}"`);
    if (kind === 'template' && channel.autoReply.template === id) used.push(`auto-reply of channel "${channel._id}"`);
  }
  if (kind === 'connection') {
    const told = (await store.eventWebhooks.list()).filter(({ connection }) => connection === id);
    used.push(...told.map(({ _id }) => `event webhook "${_id}"`));
    const lookups = (await store.lookups.list()).filter(({ connection }) => connection === id);
    used.push(...lookups.map(({ _id }) => `lookup "${_id}"`));
  }
  if (kind === 'group') {
    const open = await store.enquiries.open.count({ group: id });
    if (open > 0) used.push(`${open} open ${open === 1 ? 'enquiry' : 'enquiries'}`);
  }
  return used;
};

async function flowNames(store: ApiPorts['store'], channel: Channel, kind: UsedKind, id: string): Promise<boolean> {
  if (!channel.flow) return false;
  const { id: flow, revision, canary, shadow } = channel.flow;
  const numbers = [revision, ...(canary ? [canary.revision] : []), ...(shadow ? [shadow.revision] : [])];
  const copies = await Promise.all(numbers.map((each) => publishedFlow({ store }, { id: flow, revision: each })));
  return copies.some((copy) => copy !== null && (names(copy, kind, id) || opensBy(copy, kind, id)));
}

/** The calendar of the workspace is read by flows that name none. */
function opensBy(flow: Flow, kind: UsedKind, id: string): boolean {
  if (kind !== 'calendar' || id !== WORKSPACE_CALENDAR || flow.calendar !== undefined) return false;
  return JSON.stringify(flow.nodes).includes('"time.open"');
}

/** Looks for `"group": id` or `"template": id` (and a closing node's `"notify": id`) anywhere in a flow. */
function names(value: unknown, kind: UsedKind, id: string): boolean {
  if (Array.isArray(value)) return value.some((each) => names(each, kind, id));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, each]) =>
      (each === id && (key === kind || (kind === 'template' && key === 'notify'))) || names(each, kind, id),
  );
}
