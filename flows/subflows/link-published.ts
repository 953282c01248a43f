import type { Flow } from '../flow';
import { linkFlow, type CallableFlow } from './link';

/** A published copy as it is kept: its text, and what was pinned with it. */
interface PublishedCopy {
  text: string;
  revision: number;
  calls?: readonly { flow: string; revision: number }[];
}

/** Deepest chain of flows that call one another; the linter refuses deeper ones. */
export const MAX_LEVELS = 5;

/** A flow that was pinned is not there any more. */
export class PinnedFlowMissing extends Error {
  override readonly name = 'PinnedFlowMissing';
}

/**
 * The flow of a published copy, with the copies that were pinned with it linked in, and theirs. What was published later
 * changes nothing. @throws PinnedFlowMissing
 */
export async function linkPublished(
  copy: PublishedCopy,
  read: (flow: string, revision: number) => Promise<PublishedCopy | null>,
  level = 0,
): Promise<Flow> {
  // It was checked before it was published.
  const flow = JSON.parse(copy.text) as Flow;
  const { calls = [] } = copy;
  if (calls.length === 0) return flow;
  if (level >= MAX_LEVELS) throw new PinnedFlowMissing(`"${flow.id}" is called more than ${MAX_LEVELS} levels deep.`);
  const called = new Map<string, CallableFlow>();
  for (const { flow: id, revision } of calls) {
    const pinned = await read(id, revision);
    if (!pinned) throw new PinnedFlowMissing(`Revision ${revision} of the flow "${id}" is not in the store.`);
    called.set(id, { flow: await linkPublished(pinned, read, level + 1), revision });
  }
  return linkFlow(flow, called);
}
