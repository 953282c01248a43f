import type { MailActivities } from '../effects';
import { longRun } from '../long-run';
import type { Ports } from '../ports';

/** Watches one mail login for as long as it exists; two watchers at once are harmless by the ledger's ids. */
export const watchMailbox =
  ({ watchLogin, stopping }: Pick<Ports, 'watchLogin' | 'stopping'>): MailActivities['watchMailbox'] =>
  ({ loginId }) =>
    longRun(stopping, (run) => watchLogin(loginId, run));
