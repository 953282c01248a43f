import { durationMs } from '../duration';
import { suggest } from '../lint/suggest';
import { GIVEN_PRESENCES, type GivenAgent } from './given-agents';
import { areTexts, isObject } from './is-object';

const FIELDS: Readonly<Record<keyof GivenAgent, (value: unknown) => string | null>> = {
  groups: (value) => (areTexts(value) ? null : 'a list of groups'),
  presence: (value) => (GIVEN_PRESENCES.some((each) => each === value) ? null : `one of ${GIVEN_PRESENCES.join(', ')}`),
  load: isCount,
  capacity: isCount,
  skills: (value) =>
    isObject(value) && Object.values(value).every((level) => isCount(level) === null && Number(level) <= 5)
      ? null
      : 'levels from 1 to 5 by skill, such as { "french": 3 }',
  receivedToday: isCount,
  idle: (value) => (typeof value === 'string' && durationMs(value) !== null ? null : 'a duration such as "10m"'),
  owner: (value) => (value === 'contact' || value === 'account' ? null : '"contact" or "account"'),
  servedLast: (value) => (typeof value === 'boolean' ? null : 'true or false'),
};

/** What is wrong with the agents a test gives, as the rest of a sentence; null when nothing is. */
export function agentsFault(agents: unknown): string | null {
  if (agents === undefined) return null;
  if (!isObject(agents)) return 'has "agents" that are no object: { "ana": {}, "ben": { "load": 2 } } is expected';
  for (const [id, agent] of Object.entries(agents)) {
    if (!isObject(agent)) return `gives the agent "${id}" as no object`;
    for (const [name, value] of Object.entries(agent)) {
      if (!Object.hasOwn(FIELDS, name)) {
        const hint = suggest(name, Object.keys(FIELDS)) ?? `It may hold: ${Object.keys(FIELDS).join(', ')}`;
        return `gives the agent "${id}" a "${name}", and there is none of that name. ${hint}`;
      }
      // The name was looked for above.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const wrong = FIELDS[name as keyof GivenAgent](value);
      if (wrong !== null) return `gives the agent "${id}" a "${name}" that is not ${wrong}`;
    }
  }
  return null;
}

function isCount(value: unknown): string | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? null : 'a whole number';
}
