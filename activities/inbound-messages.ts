import type { Message } from '../store/messages';
import type { Store } from '../store';

const REMEMBERED = 500;

/** Reads mails that came in; what a flow looks at never changes, so the last few hundred stay in memory. */
export type ReadInbound = (id: string) => Promise<Message | null>;

/** Makes a reader shared by all activities of a process: the nodes of one burst ask for the same mail several times. */
export function createInboundReader({ messages }: Pick<Store, 'messages'>): ReadInbound {
  const remembered = new Map<string, Message>();
  return async (id) => {
    const known = remembered.get(id);
    if (known) return known;
    const found = await messages.get(id);
    if (found?.direction !== 'in') return found;
    const oldest = remembered.keys().next().value;
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(id, found);
    return found;
  };
}
