import { faultOf } from './http/problem';
import type { ApiPorts } from './ports';

/**
 * Lets the mail of a channel run that was held because the channel was off or had no flow. Goes on after the answer;
 * what a restart interrupts goes on when the channel is switched on or given a flow again, or is released by hand.
 */
export const releaseHeldMail = (ports: Pick<ApiPorts, 'redriveHeld' | 'log'>, channel: string, by: string): void => {
  ports
    .redriveHeld(channel, by)
    .then((released) => released > 0 && ports.log.info({ channel, released }, 'held mail released'))
    .catch((error: unknown) => {
      const fault = faultOf(error);
      ports.log.warn({ channel, fault }, 'held mail could not be released; switch the channel on again');
    });
};
