import type { Channel } from '../store/channels';
import { publishedFlow } from './called-flows';
import type { ApiPorts } from './ports';

/**
 * What still uses a group, template or connection, as sentences: live flows that name it, channels whose settings do, and open
 * enquiries that are at the group. Empty when it may go.
 */
export const usesOf = async (
  { store }: Pick<ApiPorts, 'store'>,
  kind: 'group' | 'template' | 'connection',
  id: string,
): Promise<string[]> => {
  const used: string[] = [];
  for (const channel of await store.channels.list()) {
    if (await flowNames(store, channel, kind, id)) {
      used.push(`flow "${channel.flow?.id}" revision ${channel.flow?.revision} of channel "${channel._id}"`);
    }
    if (Object.values(channel.settings).includes(id)) used.push(`settings of channel "${channel._id}"`);
    if (kind === 'template' && channel.autoReply.template === id) used.push(`auto-reply of channel "${channel._id}"`);
  }
  if (kind === 'group') {
    const open = await store.enquiries.open.count({ group: id });
    if (open > 0) used.push(`${open} open ${open === 1 ? 'enquiry' : 'enquiries'}`);
  }
  return used;
};

async function flowNames(
  store: ApiPorts['store'],
  channel: Channel,
  kind: 'group' | 'template' | 'connection',
  id: string,
): Promise<boolean> {
  if (!channel.flow) return false;
  const { id: flow, revision, canary, shadow } = channel.flow;
  const numbers = [revision, ...(canary ? [canary.revision] : []), ...(shadow ? [shadow.revision] : [])];
  const copies = await Promise.all(numbers.map((each) => publishedFlow({ store }, { id: flow, revision: each })));
  return copies.some((copy) => copy !== null && names(copy, kind, id));
}

/** Looks for `"group": id` or `"template": id` (and a closing node's `"notify": id`) anywhere in a flow. */
function names(value: unknown, kind: 'group' | 'template' | 'connection', id: string): boolean {
  if (Array.isArray(value)) return value.some((each) => names(each, kind, id));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, each]) =>
      (each === id && (key === kind || (kind === 'template' && key === 'notify'))) || names(each, kind, id),
  );
}
