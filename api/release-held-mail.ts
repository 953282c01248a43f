import { faultOf } from './http/problem';
import type { ApiPorts } from './ports';

const MOST_AT_ONCE = 1000;

/**
 * Lets the mail of a channel run that was held because the channel was off or had no flow. Goes on after the answer,
 * one mail after the other, oldest first; what a restart interrupts can be released from the ledger.
 */
export const releaseHeldMail = (ports: Pick<ApiPorts, 'store' | 'redrive' | 'log'>, channel: string): void => {
  const release = async (): Promise<void> => {
    const held = await ports.store.ledger.find({ channel, verdict: 'held', limit: MOST_AT_ONCE });
    for (const entry of held.toReversed()) await ports.redrive(entry._id, 'channel-ready');
    if (held.length > 0) ports.log.info({ channel, released: held.length }, 'held mail released');
  };
  release().catch((error: unknown) => {
    ports.log.warn({ channel, fault: faultOf(error) }, 'held mail could not be released; release it from the ledger');
  });
};
