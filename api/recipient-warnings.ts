import type { Draft } from '../store/drafts';
import type { ApiPorts } from './ports';
import { iso } from './shapes/basics';

/** What an agent should know of the recipients of his answer before, and after, it is sent; nothing of it stops him. */
export const recipientWarnings = async (
  { store, now }: Pick<ApiPorts, 'store' | 'now'>,
  { to, cc, bcc }: Pick<Draft, 'to' | 'cc' | 'bcc'>,
): Promise<string[]> => {
  const all = [...new Set([...to, ...cc, ...bcc].map((each) => each.trim().toLowerCase()))];
  const found = await Promise.all(all.map((address) => store.undeliverable.get(address, now())));
  return found.flatMap((entry) => {
    if (!entry) return [];
    const { _id: address, why, status, at } = entry;
    if (why === 'complaint')
      return [`Whoever reads ${address} called our mail spam on ${iso(at)}. Write only if you must.`];
    const code = status === null ? '' : ` (${status})`;
    return [
      `Mail to ${address} came back on ${iso(at)}${code}: there is probably no such address. Ask for another one.`,
    ];
  });
};
