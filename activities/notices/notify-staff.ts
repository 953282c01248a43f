import { fillPlaces, storePlaces } from '../../flows';
import type { EffectActivities, EffectOf } from '../effects';
import { readFacts } from '../enquiry/store-facts';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';
import { supervisorsOf } from './supervisors';
import { tellStaff } from './tell-staff';

type NoticePorts = Pick<Ports, 'store' | 'now'>;

/** Most people one notice goes to: a group may be large, and the answer travels in history. */
const MOST_TOLD = 100;
const LONGEST = 1000;

/**
 * Tells colleagues something in their lists; nobody is rung. What stands in `{{ }}` is filled in here, so that nothing
 * personal enters history. Answers who is told, also when he was told before (a repeat).
 */
export const notifyStaff =
  (ports: NoticePorts, readInbound: ReadInbound): EffectActivities['notifyStaff'] =>
  async ({ enquiryId, channelId, contact, effect }) => {
    const { text, facts, sort } = effect;
    const users = (await recipients(ports, effect)).slice(0, MOST_TOLD);
    if (users.length === 0) return { told: [] };
    const paths = storePlaces(text, facts);
    const values = await readFacts({ ...ports, readInbound }, { enquiryId, channelId, contact, known: facts, paths });
    await tellStaff(ports, users, {
      id: `${enquiryId}:${effect.seq}`,
      at: ports.now(),
      sort,
      text: fillPlaces(text, facts, (path) => values.get(path)).slice(0, LONGEST),
      enquiry: enquiryId,
      channel: channelId,
    });
    return { told: users };
  };

async function recipients({ store }: NoticePorts, { to, facts }: EffectOf<'notifyStaff'>): Promise<string[]> {
  if (to === 'supervisors') return supervisorsOf({ store }, facts.group);
  if ('agent' in to) return (await store.users.get(to.agent)) || (await store.agents.get(to.agent)) ? [to.agent] : [];
  return (await store.groups.get(to.group))?.agents ?? [];
}
