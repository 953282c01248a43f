import type { AskedSkill, OfflineAgents, WaitEvent } from './flow';
import type { Target, Instant, WaitRest } from './state';

/** One going round of offers, from its first candidate to `accepted` or nobody left; lives over several rests. */
export interface RingVisit {
  /** `ring` and `transfer` belong to a node; `handover` is a transfer that no node asked for and that comes back. */
  purpose: 'ring' | 'transfer' | 'handover';
  target: Target;
  strategy: string | string[];
  ringMs: number;
  /** The flow names the time to accept; else a group's own goes before. */
  ringGiven: boolean;
  /** How long it waits in line, and in a group's list. Null: without end. */
  queueMs: number | null;
  listMs: number | null;
  /** Who served the contact last within that time (ms) is asked before all; absent: nobody is. */
  sticky?: number;
  offlineAgents?: OfflineAgents;
  /** Skills asked for from the beginning, when it was, and what is asked at most from then on. */
  skilled?: { since: Instant; skills: AskedSkill[]; widen: { afterMs: number; level: number }[] };
  /** To the agent the contact is bound to; `waits`: for him and nobody else, be he there or not. */
  bound: { waits: boolean } | null;
  /** Group the enquiry was at before it went to the list of the group it is transferred to; absent: it did not. */
  groupBefore?: string | null;
  /** Group that is rung when nobody of the target takes it. */
  otherwise?: string | null;
  /** The person who asked for the transfer; he may take it back until somebody accepts. */
  by?: string;
  /** It goes before everybody else in line: it was an agent's and comes back. */
  ahead?: true;
  /** When waiting in line ends in this visit, however often the line is entered; null before the first time. */
  lineUntil: Instant | null;
  /** `handover`: the rest to come back to, and what it named that happened meanwhile. */
  back: WaitRest | null;
  happened: WaitEvent[];
}
