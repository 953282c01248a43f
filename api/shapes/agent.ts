import { isAvailable, type Agent, type PresenceChange } from '../../store/agents';
import {
  dictionary,
  flag,
  instant,
  list,
  named,
  nullable,
  object,
  text,
  whole,
  word,
  type TypeOf,
} from '../http/schema';
import { iso, isoOrNull } from './basics';

/** Words an agent may say of himself; `notResponding` is said by the system only. */
export const ownPresenceWords = ['available', 'busy', 'away', 'offline'] as const;

const wrapUpShape = object({ enquiry: text(), until: instant('Ends then by itself.') });

/** Who serves for an absent agent. */
export const coverShape = object({}, { group: text(), agent: text() });

/** A planned absence. */
export const absenceShape = named(
  'Absence',
  object({
    id: text(),
    from: instant('Absent from then on.'),
    to: instant('Back then, by itself.'),
    cover: nullable(coverShape),
    note: text({ description: 'For colleagues.' }),
    now: flag('He is absent now.'),
  }),
);

/** An agent's presence. */
export const presenceShape = named(
  'Presence',
  object({
    word: word([...ownPresenceWords, 'notResponding']),
    cause: text({
      description:
        'Who or what set it: agent (himself), lease-ended, missed, idle, signed-out, shift-ended, or the id of a colleague.',
    }),
    since: instant('When it was set.'),
    leaseUntil: nullable(instant('Without a heartbeat until then the agent counts as offline.')),
    reachable: flag('He can be rung now.'),
    wrapUps: list(wrapUpShape, { description: 'What he writes up now; each holds a place of his capacity.' }),
    absences: list(absenceShape, { description: 'Planned absences, also the one he is in.' }),
  }),
);

/** An agent as colleagues see him. */
export const agentShape = named(
  'Agent',
  object(
    {
      id: text(),
      name: text(),
      groups: list(text()),
      presence: presenceShape,
      capacity: whole({ description: 'Enquiries awaiting him that he may be given.' }),
      load: whole({ description: 'Enquiries awaiting him now.' }),
      skills: dictionary(whole(), 'Level from 1 to 5 by skill.'),
      wrapUpMs: nullable(whole({ description: 'Time to write up after an enquiry; null: as his groups say.' })),
      suspended: flag(),
    },
    { told: list(text(), { description: 'What follows from what was just changed, such as contacts who fall back.' }) },
  ),
);

/** A planned absence as it is answered. */
export const absenceView = (
  { id, from, to, cover, note }: NonNullable<Agent['absences']>[number],
  now: Date,
): TypeOf<typeof absenceShape> => ({
  id,
  from: iso(from),
  to: iso(to),
  cover: cover && { ...cover },
  note,
  now: from <= now && to > now,
});

/** Presence as it is answered. */
export const presenceView = (agent: Agent, now: Date): TypeOf<typeof presenceShape> => {
  const { word: said, cause, since, leaseUntil } = agent.presence;
  const absences = (agent.absences ?? []).filter(({ to }) => to > now).map((each) => absenceView(each, now));
  return {
    word: said,
    cause,
    since: iso(since),
    leaseUntil: isoOrNull(leaseUntil),
    reachable: isAvailable(agent, now),
    wrapUps: Object.entries(agent.wrapUps ?? {}).map(([enquiry, { until }]) => ({ enquiry, until: iso(until) })),
    absences,
  };
};

/** An agent as he is answered. */
export const agentView = (agent: Agent, groups: readonly string[], now: Date): TypeOf<typeof agentShape> => ({
  id: agent._id,
  name: agent.name,
  groups: [...groups],
  presence: presenceView(agent, now),
  capacity: agent.capacity,
  skills: { ...agent.skills },
  load: agent.load - Object.keys(agent.wrapUps ?? {}).length,
  wrapUpMs: agent.wrapUpMs ?? null,
  suspended: agent.suspended,
});

/** A change of presence as a sentence; `names` of colleagues by id. */
export const tellCause = ({ word: said, cause }: PresenceChange, names: ReadonlyMap<string, string>): string => {
  const what = CHANGES[said] ?? `Is ${said}`;
  const why = CAUSES[cause] ?? `by ${names.has(cause) ? `${names.get(cause) ?? ''} (${cause})` : cause}`;
  return `${what}: ${why}.`;
};

const CHANGES: Partial<Record<PresenceChange['word'], string>> = {
  notResponding: 'Does not respond',
  suspended: 'Was suspended',
  readmitted: 'Was readmitted',
  absent: 'A planned absence began',
  back: 'A planned absence ended',
};

const CAUSES: Readonly<Record<string, string>> = {
  agent: 'said so',
  'lease-ended': 'no heartbeat came any more',
  missed: 'let offers ring out',
  idle: 'touched nothing for a while',
  'signed-out': 'signed out',
  'shift-ended': 'ended the shift',
  'absence-ended': 'its time was over',
};
