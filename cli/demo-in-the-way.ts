/** What keeps the demo's own mail from ringing where other mail waits. Nobody else's enquiry is touched. */
import type { ApiClient } from './api-client';

interface EnquiryPage {
  number: number;
  status: string;
  offer: { agents: string[] } | null;
}
interface Items<T> {
  items: T[];
}
interface AgentRow {
  id: string;
  capacity: number;
  load: number;
  presence: { word: string; reachable: boolean };
}
interface MailRow {
  direction: string;
  outbox: string | null;
  delivery: { state: string; answer: string | null } | null;
}

/**
 * Why an enquiry does not ring at the demo's agents, as a sentence: who waits before it, and how each agent fares. Null
 * while it is not decided yet, or rings at one of them.
 */
export async function whatIsInTheWay(
  supervisor: ApiClient,
  enquiry: string,
  agents: readonly string[],
): Promise<string | null> {
  const { number, status, offer } = await supervisor.get<EnquiryPage>(`/v1/enquiries/${enquiry}`);
  if (offer) {
    const elsewhere = offer.agents.filter((each) => !agents.includes(each));
    return elsewhere.length === offer.agents.length ? `it rings at ${elsewhere.join(', ')}` : null;
  }
  const { items: decisions } = await supervisor.get<Items<object>>(`/v1/enquiries/${enquiry}/decisions`);
  if (decisions.length === 0 || !['waiting', 'missed'].includes(status)) return null;
  const { items: waiting } = await supervisor.get<Items<{ number: number }>>('/v1/enquiries?status=waiting&limit=200');
  const before = waiting.filter((each) => each.number < number).length;
  const { items: all } = await supervisor.get<Items<AgentRow>>('/v1/agents');
  const people = all.filter(({ id }) => agents.includes(id)).map(howOneFares);
  const line = before === 1 ? 'an enquiry waits' : `${before} enquiries wait`;
  return `${before === 0 ? '' : `${line} before it, `}${people.join(', ')}`;
}

const howOneFares = ({ id, load, capacity, presence }: AgentRow): string =>
  presence.reachable ? `${id} has ${load} of ${capacity}` : `${id} is ${presence.word}`;

/** Lets mails of this enquiry go that a brake or a cap holds; how many that were. */
export async function letOwnMailGo(supervisor: ApiClient, enquiry: string): Promise<number> {
  const { items } = await supervisor.get<Items<MailRow>>(`/v1/enquiries/${enquiry}/messages`);
  const held = items.filter(({ direction, delivery }) => direction === 'out' && delivery?.state === 'held');
  for (const { outbox } of held) if (outbox !== null) await supervisor.post(`/v1/outbox/${outbox}/release`);
  return held.length;
}
