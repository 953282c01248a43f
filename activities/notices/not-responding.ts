import type { OfferEnded } from '../../store/agents';
import type { Ports } from '../ports';
import { supervisorsOfAgent } from './supervisors';
import { tellStaff } from './tell-staff';

/** The system set an agent `notResponding`: he is told how he comes back, his supervisors that he lets offers ring out. */
export async function tellOfSilence(
  ports: Pick<Ports, 'store' | 'now'>,
  { agent, missesInRow }: OfferEnded,
  offer: string,
): Promise<void> {
  const name = (await ports.store.agents.get(agent))?.name ?? agent;
  const notice = { at: ports.now(), sort: 'not-responding' as const, enquiry: null, channel: null };
  const missed = `${missesInRow} ${missesInRow === 1 ? 'offer' : 'offers in a row'}`;
  const own = `You let ${missed} ring out, so nothing rings at you any more. Say that you are available when you are back.`;
  await tellStaff(ports, [agent], { ...notice, id: `not-responding:${offer}:${agent}`, text: own });
  const others = (await supervisorsOfAgent(ports, agent)).filter((each) => each !== agent);
  const text = `${name} let ${missed} ring out: nothing rings at ${name} until the agent, or you, say "available" again.`;
  await tellStaff(ports, others, { ...notice, id: `not-responding:${offer}:${agent}`, text });
  ports.store.hints.tell({ about: 'presence', agent });
}
