import type { ClockActivities } from '../effects';
import { longRun } from '../long-run';
import type { Ports } from '../ports';
import { endLeases } from './end-leases';
import { reconcile } from './reconcile';
import { wakeStuckLines } from './stuck-lines';

/** Ends in time to run again before the activity's own limit of a day. */
const SHIFT_MS = 12 * 3_600_000;

/** The only background loop: every few seconds it looks at the small collections. A fault of one look stops no other. */
export const keepTime =
  (ports: Ports): ClockActivities['keepTime'] =>
  () =>
    longRun(ports.stopping, async ({ signal }) => {
      const end = Date.now() + SHIFT_MS;
      let reconciledAt = 0;
      while (!signal.aborted && Date.now() < end) {
        await look(ports, 'ended leases', () => endLeases(ports));
        await look(ports, 'unsettled entries', () => ports.settleOld(ports.settings.settleAgainAfterMs));
        await look(ports, 'stuck lines', () => wakeStuckLines(ports));
        if (Date.now() - reconciledAt > Math.min(60_000, ports.settings.reconcileAfterMs)) {
          reconciledAt = Date.now();
          await look(ports, 'reconcile', () => reconcile(ports));
        }
        await pause(ports.settings.clockMs, signal);
      }
    });

async function look(ports: Ports, what: string, work: () => Promise<number>): Promise<void> {
  try {
    const moved = await work();
    if (moved > 0) ports.log({ level: 'info', msg: 'The clock had to move something.', what, moved });
  } catch (error) {
    ports.log({ level: 'warn', msg: 'The clock could not look at something; it looks again.', what, error });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
