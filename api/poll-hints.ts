import type { Store } from '../store';
import type { Hint } from '../store/hints';
import { statuses } from './shapes/enquiry';

type Listener = (hint: Hint) => void;

/** Hints for listeners of this process. */
export interface HintSource {
  /** To be awaited before the listener is told "ready": what changes after it is told. */
  prepare(): Promise<void>;
  listen(listener: Listener): () => void;
}

/**
 * Hints when several processes work on one store: the hints of this process, and what a look at the small collections
 * shows every `everyMs` while somebody listens. Without an interval only this process's own hints.
 */
export const createHintSource = (store: Store, everyMs: number | null): HintSource => {
  if (everyMs === null) {
    return { prepare: async () => undefined, listen: (listener) => store.hints.listen(listener) };
  }
  const listeners = new Set<Listener>();
  const look = createLook(store, (hint) => {
    for (const listener of listeners) listener(hint);
  });
  let timer: NodeJS.Timeout | null = null;
  let stopOwn: () => void = () => undefined;
  return {
    // While somebody listens the last look is fresh; else it is made now, for later ones to be compared with.
    prepare: async () => (timer === null ? look() : undefined),
    listen(listener) {
      listeners.add(listener);
      if (timer === null) {
        timer = setInterval(() => void look().catch(() => undefined), everyMs);
        stopOwn = store.hints.listen((hint) => {
          for (const each of listeners) each(hint);
        });
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
        stopOwn();
      };
    },
  };
};

const MOST_OPEN = 5000;

/** Compares open enquiries and agents with the last look, and tells what differs. The first look tells nobody anything. */
function createLook(store: Store, tell: Listener): () => Promise<void> {
  let before: {
    enquiries: Map<string, Hint & { about: 'enquiry' }>;
    seqs: Map<string, number>;
    agents: Map<string, string>;
    notices: Map<string, number>;
  } | null = null;
  return async () => {
    const [open, agents, notices] = await Promise.all([
      store.enquiries.open.list({ status: [...statuses], limit: MOST_OPEN }),
      store.agents.list(),
      store.notices.changes(),
    ]);
    const enquiries = new Map(
      open.map(({ _id: id, channel, group, assignee, ringing }) => [
        id,
        { about: 'enquiry' as const, id, channel, group, assignee, ringing },
      ]),
    );
    const seqs = new Map(open.map(({ _id, seq }) => [_id, seq]));
    const now = { enquiries, seqs, agents: new Map(agents.map((agent) => [agent._id, offersOf(agent)])), notices };
    const last = before;
    before = now;
    if (!last) return;
    for (const [id, hint] of enquiries) if (last.seqs.get(id) !== seqs.get(id)) tell(hint);
    for (const [id, hint] of last.enquiries) if (!enquiries.has(id)) tell(hint);
    for (const [agent, at] of notices) if (last.notices.get(agent) !== at) tell({ about: 'notices', agent });
    for (const [agent, offers] of now.agents) if (last.agents.get(agent) !== offers) tell({ about: 'offers', agent });
  };
}

function offersOf({ offers }: { offers: Record<string, { offer: string }> }): string {
  return Object.values(offers)
    .map(({ offer }) => offer)
    .toSorted()
    .join(' ');
}
