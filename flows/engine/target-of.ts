import type { Target } from '../state';
import { has } from './run';

/** A target as an answer names it; null where it names none. */
export function targetOf(given: unknown): Target | null {
  if (has(given, 'group') && typeof given.group === 'string') return { group: given.group };
  return has(given, 'agent') && typeof given.agent === 'string' ? { agent: given.agent } : null;
}
