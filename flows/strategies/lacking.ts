import type { WantedSkill } from '../choice-facts';
import type { Candidate } from './candidate';

/** The skills that are asked for and that somebody with these levels has not, in words; and whether that is for now only. */
export function lacking(
  skills: Readonly<Record<string, number>>,
  wanted: readonly WantedSkill[],
): Pick<Candidate, 'lacks' | 'lacksForNow'> {
  const has = (skill: string): number => (Object.hasOwn(skills, skill) ? (skills[skill] ?? 0) : 0);
  const missing = wanted.filter(({ skill, level }) => has(skill) < level);
  const words = missing.map(({ skill, level }) => `${skill} ${has(skill)}, asked for ${level}`);
  const lacksForNow = missing.length > 0 && missing.every(({ skill, later }) => has(skill) >= later);
  return { lacks: words.length > 0 ? words.join('; ') : null, lacksForNow };
}
