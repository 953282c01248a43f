import type { EffectActivities } from '../effects';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';

/** Asks further lists by name for the sender of the message; the channel's own and the global one were asked by intake. */
export const checkBlocklist =
  ({ store }: Pick<Ports, 'store'>, readInbound: ReadInbound): EffectActivities['checkBlocklist'] =>
  async ({ effect }) => {
    const message = await readInbound(effect.messageId);
    if (!message?.from) return { blocked: false };
    const entry = await store.blocklist.match(effect.lists, message.from.address);
    return entry ? { blocked: true, entry: entry.list } : { blocked: false };
  };
