import { callsOf, linkPublished, parseFlow, type CallableFlow, type Flow } from '../flows';
import type { PinnedCall } from '../store/flows';
import type { ApiPorts } from './ports';

/** The flows that a flow calls, as they are published now. */
export interface CalledFlows {
  /** By id, with what they call linked in; what is not published is not among them. */
  called: ReadonlyMap<string, CallableFlow>;
  /** What a revision that is published now pins. */
  pins: PinnedCall[];
}

/** Reads the newest published copies of what a flow calls. A text that is no flow calls nothing. */
export async function calledFlows({ store }: Pick<ApiPorts, 'store'>, text: string): Promise<CalledFlows> {
  const { flow } = parseFlow(text);
  const called = new Map<string, CallableFlow>();
  for (const id of new Set(flow ? callsOf(flow).map(({ calls }) => calls) : [])) {
    const newest = (await store.flows.get(id))?.lastRevision ?? 0;
    const copy = newest > 0 ? await store.flows.revision(id, newest) : null;
    if (copy) called.set(id, { flow: await linkPublished(copy, store.flows.revision), revision: newest });
  }
  return { called, pins: [...called].map(([id, { revision }]) => ({ flow: id, revision })) };
}

/** The flow of a published copy as it runs, with what was pinned with it; null when there is no such copy. */
export async function publishedFlow(
  { store }: Pick<ApiPorts, 'store'>,
  { id, revision }: { id: string; revision: number },
): Promise<Flow | null> {
  const copy = await store.flows.revision(id, revision);
  return copy && linkPublished(copy, store.flows.revision);
}
