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

/** What a look finds; of each thing a word that differs when it has changed. */
interface Seen {
  enquiries: Map<string, Hint & { about: 'enquiry' }>;
  seqs: Map<string, number>;
  offers: Map<string, string>;
  presence: Map<string, string>;
  notices: Map<string, number>;
  watchers: Map<string, string>;
}

/** Compares the small collections with the last look, and tells what differs. The first look tells nobody anything. */
function createLook(store: Store, tell: Listener): () => Promise<void> {
  let before: Seen | null = null;
  return async () => {
    const now = await see(store);
    const last = before;
    before = now;
    if (!last) return;
    for (const [id, hint] of now.enquiries) if (last.seqs.get(id) !== now.seqs.get(id)) tell(hint);
    for (const [id, hint] of last.enquiries) if (!now.enquiries.has(id)) tell(hint);
    for (const agent of changed(last.notices, now.notices)) tell({ about: 'notices', agent });
    for (const agent of changed(last.offers, now.offers)) tell({ about: 'offers', agent });
    for (const agent of changed(last.presence, now.presence)) tell({ about: 'presence', agent });
    for (const enquiry of changed(last.watchers, now.watchers)) tell({ about: 'watchers', enquiry });
  };
}

async function see(store: Store): Promise<Seen> {
  const [open, agents, notices, watchers] = await Promise.all([
    store.enquiries.open.list({ status: [...statuses], limit: MOST_OPEN }),
    store.agents.list(),
    store.notices.changes(),
    store.watchers.changes(new Date()),
  ]);
  const hints = open.map(({ _id: id, channel, group, assignee, ringing }) => {
    const hint: Hint & { about: 'enquiry' } = { about: 'enquiry', id, channel, group, assignee, ringing };
    return [id, hint] as const;
  });
  return {
    enquiries: new Map(hints),
    seqs: new Map(open.map(({ _id, seq }) => [_id, seq])),
    offers: new Map(agents.map((agent) => [agent._id, offersOf(agent)])),
    presence: new Map(agents.map(({ _id, presence }) => [_id, presence.word])),
    notices,
    watchers,
  };
}

/** Ids of what came, went or is another now. */
function changed<T>(before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((id) => before.get(id) !== now.get(id));
}

function offersOf({ offers }: { offers: Record<string, { offer: string }> }): string {
  return Object.values(offers)
    .map(({ offer }) => offer)
    .toSorted()
    .join(' ');
}
