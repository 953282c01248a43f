import { absenceNow, type Agent } from '../../store/agents';
import type { Engagement } from '../../store/engagements';
import { flag, instant, named, object, text, type TypeOf } from '../http/schema';
import { iso } from './basics';

/** A contact bound to an agent, and what that means for the contact's next mail. */
export const engagementShape = named(
  'Engagement',
  object({
    channel: text(),
    contact: text({ description: 'Id of the contact.' }),
    agent: text(),
    since: instant('When it began.'),
    lastAt: instant('Last message either way.'),
    expiresAt: instant('Ends then, unless a message comes or goes.'),
    whenUnavailable: text({ description: 'forward-to-group or wait.' }),
    enquiry: text({ description: 'The enquiry that bound them.' }),
    fallsBack: flag('The agent does not serve the contact now: others do. The engagement stays.'),
    now: text({ description: 'Where mail of the contact goes now, and why.' }),
  }),
);

/** An engagement as it is answered; `agent`: who is bound, null when nobody knows him any more. */
export const engagementView = (
  engagement: Engagement,
  agent: Agent | null,
  now: Date,
): TypeOf<typeof engagementShape> => ({
  channel: engagement.channel,
  contact: engagement.contact,
  agent: engagement.agent,
  since: iso(engagement.since),
  lastAt: iso(engagement.lastAt),
  expiresAt: iso(engagement.expiresAt),
  whenUnavailable: engagement.whenUnavailable,
  enquiry: engagement.enquiry,
  ...standing(engagement, agent, now),
});

function standing(
  { agent: id, group, whenUnavailable }: Engagement,
  agent: Agent | null,
  now: Date,
): { fallsBack: boolean; now: string } {
  const name = agent?.name ?? id;
  const others =
    group === null ? 'goes where its flow routes it' : `rings the group ${group}, or goes where its flow routes it`;
  if (!agent || agent.removed) return { fallsBack: true, now: `${name} has left: mail ${others}.` };
  if (agent.suspended)
    return { fallsBack: true, now: `${name} is suspended: mail ${others}, until ${name} is readmitted.` };
  const absence = absenceNow(agent, now);
  if (absence?.cover) {
    const cover = 'group' in absence.cover ? `the group ${absence.cover.group}` : absence.cover.agent;
    return { fallsBack: true, now: `${name} is absent until ${iso(absence.to)}: mail rings ${cover}, who covers.` };
  }
  const { word, leaseUntil } = agent.presence;
  const connected = leaseUntil !== null && leaseUntil > now;
  if (!absence && connected && word === 'available') return { fallsBack: false, now: `Mail rings ${name}.` };
  if (!absence && connected && word === 'busy') {
    return { fallsBack: false, now: `${name} is busy: mail waits for ${name} for a while, then it ${others}.` };
  }
  const why = absence ? `absent until ${iso(absence.to)}` : connected ? word : 'not connected';
  if (whenUnavailable === 'wait')
    return { fallsBack: false, now: `${name} is ${why}: mail waits for ${name}, as the flow says.` };
  return { fallsBack: true, now: `${name} is ${why}: mail ${others}.` };
}
