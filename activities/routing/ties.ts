import type { Tie } from '../../flows';
import type { Agent } from '../../store/agents';
import type { Enquiry } from '../../store/enquiries';
import type { Ports } from '../ports';

/** Which agents something ties to a contact. */
export interface Tied {
  of(agent: string): Tie[];
  /** The one who served the contact last did so within the time `sticky` asks for. */
  sticky: boolean;
  /** Him, where he goes first and is none of these. */
  guestOf(agents: readonly Agent[]): string | null;
}

/** Enquiries of the contact that are looked through for who served him last, newest first. */
const MOST_LOOKED_AT = 20;

/** Reads whom the contact knows: only what the strategies, or `sticky`, look at. */
export async function tiesOf(
  { store }: Pick<Ports, 'store'>,
  wanted: { contact: string | null; ties: readonly Tie[]; sticky?: number },
  now: Date,
): Promise<Tied> {
  const asks = (tie: Tie): boolean => wanted.ties.includes(tie);
  const asksLast = asks('lastAgent') || wanted.sticky !== undefined;
  const contact =
    wanted.contact !== null && (wanted.ties.length > 0 || asksLast) ? await store.contacts.get(wanted.contact) : null;
  const found = new Map<Tie, string>();
  const say = (tie: Tie, agent: string | null | undefined): void => void (agent && found.set(tie, agent));
  if (asks('contactOwner')) say('contactOwner', contact?.owner);
  if (contact && asks('accountOwner')) say('accountOwner', (await store.accounts.of(contact))?.owner);
  const last = contact && asksLast ? await lastServing(store, contact.enquiries, now) : null;
  const sticky = last !== null && wanted.sticky !== undefined && now.getTime() - last.at <= wanted.sticky;
  if (asks('lastAgent') || sticky) say('lastAgent', last?.agent);
  return {
    of: (agent) => [...found].flatMap(([tie, who]) => (who === agent ? [tie] : [])),
    sticky,
    guestOf: (agents) => {
      const who = sticky ? (last?.agent ?? null) : null;
      return agents.some(({ _id }) => _id === who) ? null : who;
    },
  };
}

async function lastServing(
  store: Ports['store'],
  enquiries: readonly string[],
  now: Date,
): Promise<{ agent: string; at: number } | null> {
  const newest = [...new Set(enquiries.toReversed())].slice(0, MOST_LOOKED_AT);
  const served = (await store.enquiries.getMany(newest)).flatMap((one) => servedBy(one, now) ?? []);
  return served.toSorted((a, b) => b.at - a.at)[0] ?? null;
}

/** Who has it serves it now; else who was the last to. */
function servedBy({ state, assignee, closedAt }: Enquiry, now: Date): { agent: string; at: number } | null {
  if (assignee !== null && closedAt === null) return { agent: assignee, at: now.getTime() };
  return state?.served ?? (assignee === null ? null : { agent: assignee, at: closedAt?.getTime() ?? 0 });
}
