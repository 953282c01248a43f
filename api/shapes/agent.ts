import type { Agent } from '../../store/agents';
import { flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { iso, isoOrNull } from './basics';

/** Words an agent may say of himself; `notResponding` is said by the system only. */
export const ownPresenceWords = ['available', 'busy', 'away', 'offline'] as const;

/** An agent's presence. */
export const presenceShape = named(
  'Presence',
  object({
    word: word([...ownPresenceWords, 'notResponding']),
    cause: text({ description: 'Who or what set it: agent, lease-ended, missed, or the id of a supervisor.' }),
    since: instant('When it was set.'),
    leaseUntil: nullable(instant('Without a heartbeat until then the agent counts as offline.')),
  }),
);

/** An agent as colleagues see him. */
export const agentShape = named(
  'Agent',
  object({
    id: text(),
    name: text(),
    groups: list(text()),
    presence: presenceShape,
    capacity: whole({ description: 'Enquiries awaiting him that he may be given.' }),
    load: whole({ description: 'Enquiries awaiting him now.' }),
    suspended: flag(),
  }),
);

/** Presence as it is answered. */
export const presenceView = ({ presence }: Agent): TypeOf<typeof presenceShape> => ({
  word: presence.word,
  cause: presence.cause,
  since: iso(presence.since),
  leaseUntil: isoOrNull(presence.leaseUntil),
});

/** An agent as he is answered. */
export const agentView = (agent: Agent, groups: readonly string[]): TypeOf<typeof agentShape> => ({
  id: agent._id,
  name: agent.name,
  groups: [...groups],
  presence: presenceView(agent),
  capacity: agent.capacity,
  load: agent.load,
  suspended: agent.suspended,
});
