import type { ClockActivities } from '../effects';
import { longRun } from '../long-run';
import type { Ports } from '../ports';
import { endLeases } from './end-leases';
import { playShadows } from './play-shadows';
import { reconcile } from './reconcile';
import { releaseHeld } from './release-held';
import { wakeStuckLines } from './stuck-lines';

/** Ends in time to run again before the activity's own limit of a day. */
const SHIFT_MS = 12 * 3_600_000;
const TIDY_EVERY_MS = 3_600_000;
/** As far back as a trace looks by itself. */
const REFUSED_KEPT_MS = 30 * 86_400_000;

/** The only background loop: every few seconds it looks at the small collections. A fault of one look stops no other. */
export const keepTime =
  (ports: Ports): ClockActivities['keepTime'] =>
  () =>
    longRun(ports.stopping, async ({ signal }) => {
      const end = Date.now() + SHIFT_MS;
      // By itself: thousands of held mails must not keep the clock from its leases.
      const releasing = keepReleasing(ports, signal, end);
      let reconciledAt = 0;
      let tidiedAt = 0;
      while (!signal.aborted && Date.now() < end) {
        await look(ports, 'ended leases', () => endLeases(ports));
        await look(ports, 'unsettled entries', () => ports.settleOld(ports.settings.settleAgainAfterMs));
        await look(ports, 'stuck lines', () => wakeStuckLines(ports));
        await look(ports, 'shadows', () => playShadows(ports));
        if (Date.now() - reconciledAt > Math.min(60_000, ports.settings.reconcileAfterMs)) {
          reconciledAt = Date.now();
          await look(ports, 'reconcile', () => reconcile(ports));
        }
        if (Date.now() - tidiedAt > TIDY_EVERY_MS) {
          tidiedAt = Date.now();
          const before = new Date(ports.now().getTime() - REFUSED_KEPT_MS);
          await look(ports, 'old refusals', () => ports.store.refusedMails.forget(before));
        }
        await pause(ports.settings.clockMs, signal);
      }
      await releasing;
    });

async function keepReleasing(ports: Ports, signal: AbortSignal, end: number): Promise<void> {
  while (!signal.aborted && Date.now() < end) {
    await look(ports, 'held mail', () => releaseHeld(ports, signal));
    await pause(ports.settings.clockMs, signal);
  }
}

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
