import type { Flow } from '../flows/flow';
import type { Channel, LiveFlow } from '../store/channels';
import { ApiError, notFound } from './api-error';
import { recordChange, type Change } from './audit-trail';
import { checkSettings } from './flow-settings';
import type { TypeOf } from './http/schema';
import type { ApiPorts } from './ports';
import { choicesFor, liveView, type liveShape, type movedShape } from './shapes/live';

type LivePorts = Pick<ApiPorts, 'store' | 'now'>;

/** The channel with what it runs. @throws ApiError when it is unknown, or runs nothing yet */
export async function channelRunning({ store }: LivePorts, id: string): Promise<{ channel: Channel; live: LiveFlow }> {
  const channel = await store.channels.get(id);
  if (!channel) throw notFound('channel', id);
  if (!channel.flow) throw new ApiError('wrong-state', `The channel "${id}" runs no flow yet.`, { state: 'no-flow' });
  return { channel, live: channel.flow };
}

/**
 * The same for a word that may also be the id of a flow which one channel alone runs.
 *
 * @throws ApiError that names the channels where several run it
 */
export async function channelNamed(ports: LivePorts, word: string): Promise<{ channel: Channel; live: LiveFlow }> {
  if (await ports.store.channels.get(word)) return channelRunning(ports, word);
  const running = (await ports.store.channels.list()).filter(({ flow }) => flow?.id === word);
  const [only, ...others] = running;
  if (!only) throw notFound('channel', word);
  if (others.length > 0) {
    const names = running.map(({ _id }) => `"${_id}"`).join(', ');
    throw new ApiError('wrong-state', `The channels ${names} run the flow "${word}": name one of them.`);
  }
  return channelRunning(ports, only._id);
}

/**
 * Refuses a revision that is not published, or whose settings the channel does not fill in. Values that only another
 * revision knows do no harm: a canary lives beside the live one.
 */
export async function mustRun({ store }: LivePorts, channel: Channel, flow: string, revision: number): Promise<Flow> {
  const published = await store.flows.revision(flow, revision);
  if (!published) throw notFound('published flow', `${flow} revision ${revision}`);
  // What is published was checked when it was.
  const parsed = JSON.parse(published.text) as Flow;
  const declared = Object.keys(parsed.settings ?? {});
  const values = Object.fromEntries(Object.entries(channel.settings).filter(([name]) => declared.includes(name)));
  const findings = await checkSettings(store, parsed, values);
  if (findings.length > 0) throw new ApiError('wrong-settings', undefined, { findings });
  return parsed;
}

/** The alias as it is answered, with what runs on which revision. */
export async function viewOf(
  { store }: LivePorts,
  channel: Channel,
  live: LiveFlow,
): Promise<TypeOf<typeof liveShape>> {
  return liveView(channel, live, await store.enquiries.open.byRevision(live.id));
}

/** The alias after a move, with what still runs on the revision that was left; null: none was. */
export async function movedView(
  ports: LivePorts,
  channel: Channel,
  live: LiveFlow,
  left: number | null,
): Promise<TypeOf<typeof movedShape>> {
  const view = await viewOf(ports, channel, live);
  if (left === null) return { live: view, left: null };
  const open = await ports.store.enquiries.open.count({ flow: live.id, revision: left });
  const choices = open > 0 ? choicesFor(live.id, left, live.revision) : [];
  return { live: view, left: { revision: left, open, choices } };
}

/** Writes the alias and the audit's line of it. */
export async function setLive(
  ports: LivePorts,
  call: Parameters<typeof recordChange>[1],
  channel: Channel,
  { what, live }: { what: Change['what']; live: LiveFlow },
): Promise<Channel> {
  const changed = await ports.store.channels.change(channel._id, { flow: live });
  if (!changed) throw notFound('channel', channel._id);
  await recordChange(ports, call, { what, about: channel._id, before: fieldsOf(channel.flow), after: fieldsOf(live) });
  return changed;
}

function fieldsOf(live: LiveFlow | null): Record<string, unknown> {
  const { id: flow = null, revision = null, canary = null, shadow = null } = live ?? {};
  return { flow, revision, canary, shadow };
}
