import { canonical } from '../flows';
import type { Flow } from '../flows/flow';
import { readyFlows } from '../flows/ready';
import { ApiError, notFound } from './api-error';
import { findingsOf } from './flow-findings';
import { GLOBAL_LIST } from './known-lists';
import type { ApiPorts } from './ports';

/**
 * A ready flow as this installation can run it: what does not exist here is no default, so the channel has to say, and a
 * blocklist that is not here gives way to the global one.
 */
export async function fittingFlow(ports: ApiPorts, id: string): Promise<Flow> {
  const ready = readyFlows.get(id);
  if (!ready) throw notFound('ready flow', id);
  const { flow } = ready;
  const missing = (await findingsOf(ports, canonical(flow))).filter(({ code }) => code === 'E501');
  const isMissing = (pointer: string): boolean => missing.some((each) => each.pointer === pointer);
  const settings = Object.entries(flow.settings ?? {}).map(([name, setting]) => {
    const { default: _default, ...open } = setting;
    return [name, isMissing(`/settings/${name}/default`) ? open : setting] as const;
  });
  const nodes = Object.entries(flow.nodes).map(([name, node]) => {
    if (node.type !== 'blocklist') return [name, node] as const;
    const lists = node.lists.map((list, index) => (isMissing(`/nodes/${name}/lists/${index}`) ? GLOBAL_LIST : list));
    return [name, { ...node, lists: [...new Set(lists)] }] as const;
  });
  return { ...flow, settings: Object.fromEntries(settings), nodes: Object.fromEntries(nodes) };
}

/**
 * The revision of a ready flow that a channel can run: the newest that is published here, which an admin may have changed,
 * else one that is published now.
 *
 * @throws ApiError when it names what does not exist here, or somebody's unpublished draft has its name
 */
export async function readyRevision(ports: ApiPorts, id: string, by: string): Promise<number> {
  const { store, now } = ports;
  const known = await store.flows.get(id);
  if (known && known.lastRevision > 0) return known.lastRevision;
  const flow = await fittingFlow(ports, id);
  const text = canonical(flow);
  if (known && known.draft.text !== text) {
    throw new ApiError(
      'already-exists',
      `Somebody has an unpublished draft "${id}". Publish it, or give it another id.`,
    );
  }
  const errors = (await findingsOf(ports, text)).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ApiError('flow-has-errors', undefined, { findings: errors });
  await store.flows.saveDraft({ id, title: flow.title, text, by, now: now() });
  const published = await store.flows.publish(id, { text, by, at: now(), message: 'A ready flow.' });
  if (!published) throw notFound('flow', id);
  return published.revision;
}
