import { faultOf } from './http/problem';
import type { ApiPorts } from './ports';

/**
 * Says something to a workflow that the clock would say by itself within minutes (start a sender or a mailbox, look at a
 * line again). What was asked for is stored already, so the answer neither waits for it nor fails by it.
 */
export const saySoon = (
  ports: Pick<ApiPorts, 'workflows' | 'log'>,
  say: (to: ApiPorts['workflows']) => Promise<void>,
): void => {
  say(ports.workflows).catch((error: unknown) => {
    ports.log.warn({ fault: faultOf(error) }, 'a workflow could not be told of a change; the clock will');
  });
};
