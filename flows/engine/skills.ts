import type { Instant, RingVisit, WantedSkill } from '../state';

/** What is asked of skills at a moment of the visit; a skill of which nothing is asked any more is left out. */
export function skillsWanted({ skilled }: Pick<RingVisit, 'skilled'>, at: Instant): WantedSkill[] {
  if (!skilled) return [];
  const { since, skills, widen } = skilled;
  const most = lowest(widen.filter(({ afterMs }) => since + afterMs <= at));
  const later = lowest(widen);
  return skills
    .map(({ skill, level }) => ({ skill, level: Math.min(level, most), later: Math.min(level, later) }))
    .filter(({ level }) => level > 0);
}

/** When less is asked next; nothing when it stays as it is. */
export function widensAt({ skilled }: Pick<RingVisit, 'skilled'>, at: Instant): { widenAt?: Instant } {
  const next = (skilled?.widen ?? []).map(({ afterMs }) => (skilled?.since ?? 0) + afterMs).filter((each) => each > at);
  return next.length > 0 ? { widenAt: Math.min(...next) } : {};
}

const lowest = (steps: readonly { level: number }[]): number => Math.min(Infinity, ...steps.map(({ level }) => level));
