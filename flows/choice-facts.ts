import type { AskedSkill, OfflineAgents } from './flow';

/** What the choice of an agent needs to know of the ring, where it is not as usual. */
export interface ChoiceFacts {
  /** Time zone in which "today" is; absent: UTC. */
  timezone?: string;
  /** Who served the contact last within that time (ms) is asked before all. */
  sticky?: number;
  /** Absent: as the group says. */
  offlineAgents?: OfflineAgents;
  /** Skills that are asked for now. */
  skills?: WantedSkill[];
}

/** A skill that is asked for; `later`: the level that will do when the ring has widened as far as it goes. */
export interface WantedSkill extends AskedSkill {
  later: number;
}
