import type { Target } from '../../flows';
import type { Agent } from '../../store/agents';

/** Whether an agent has planned to be absent now: then he counts as away, whatever his word is. */
export const isAbsent = (agent: Agent, now: Date): boolean => absenceOf(agent, now) !== undefined;

/** Who covers for an agent now; null: nobody does, or he is not absent. */
export const coverOf = (agent: Agent, now: Date): Target | null => absenceOf(agent, now)?.cover ?? null;

const absenceOf = ({ absences = [] }: Agent, now: Date) => absences.find(({ from, to }) => from <= now && to > now);
