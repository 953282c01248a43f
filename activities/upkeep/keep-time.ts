import { setTimeout as sleep } from 'node:timers/promises';
import type { ClockActivities } from '../effects';
import { longRun } from '../long-run';
import type { Ports } from '../ports';
import { actOnHeld } from './act-on-held';
import { carryOutBulk } from './carry-out-bulk';
import { endLeases } from './end-leases';
import { handOverAll } from './hand-over-all';
import { endWrapUps, handBack, keepAbsences, keepHistory } from './keep-presence';
import { playShadows } from './play-shadows';
import { reconcile } from './reconcile';
import { tellLostOffers } from './lost-offers';
import { releaseHeld } from './release-held';
import { wakeStuckLines } from './stuck-lines';

/** Ends in time to run again before the activity's own limit of a day. */
const SHIFT_MS = 12 * 3_600_000;
const TIDY_EVERY_MS = 3_600_000;
/** As far back as a trace looks by itself. */
const REFUSED_KEPT_MS = 30 * 86_400_000;
/** Longer than anybody tries a revision beside the live one before he decides. */
const SHADOWS_KEPT_MS = 90 * 86_400_000;

/** The only background loop: every few seconds it looks at the small collections. A fault of one look stops no other. */
export const keepTime =
  (ports: Ports): ClockActivities['keepTime'] =>
  () =>
    longRun(ports.stopping, async ({ signal }) => {
      const end = Date.now() + SHIFT_MS;
      // By themselves: thousands of held mails, or of enquiries, must not keep the clock from its leases.
      const releasing = keepAt(ports, signal, end, async () => {
        await look(ports, 'held mail', () => releaseHeld(ports, signal));
        await look(ports, 'held outgoing mail', () => actOnHeld(ports, signal));
        await look(ports, 'hand-overs', () => handOverAll(ports, signal));
      });
      const bulk = keepAt(ports, signal, end, () => look(ports, 'acts on many', () => carryOutBulk(ports, signal)));
      let reconciledAt = 0;
      let tidiedAt = 0;
      while (!signal.aborted && Date.now() < end) {
        await look(ports, 'ended leases', () => endLeases(ports));
        await look(ports, 'absences', () => keepAbsences(ports));
        await look(ports, 'wrap-ups', () => endWrapUps(ports));
        await look(ports, 'enquiries of agents who are gone', () => handBack(ports));
        await look(ports, 'history of presence', () => keepHistory(ports));
        await look(ports, 'unsettled entries', () => ports.settleOld(ports.settings.settleAgainAfterMs));
        await look(ports, 'stuck lines', () => wakeStuckLines(ports));
        await look(ports, 'lost offers', () => tellLostOffers(ports));
        await look(ports, 'figures', () => ports.store.figures.drain(ports.now()).then(() => 0));
        await look(ports, 'shadows', () => playShadows(ports));
        if (Date.now() - reconciledAt > Math.min(60_000, ports.settings.reconcileAfterMs)) {
          reconciledAt = Date.now();
          await look(ports, 'reconcile', () => reconcile(ports));
        }
        if (Date.now() - tidiedAt > TIDY_EVERY_MS) {
          tidiedAt = Date.now();
          const before = (keptMs: number): Date => new Date(ports.now().getTime() - keptMs);
          await look(ports, 'old refusals', () => ports.store.refusedMails.forget(before(REFUSED_KEPT_MS)));
          await look(ports, 'old shadows', () => ports.store.shadowRuns.forget(before(SHADOWS_KEPT_MS)));
          await look(ports, 'events given up', () => ports.store.eventsDue.forgetGivenUp(before(REFUSED_KEPT_MS)));
        }
        await pause(ports.settings.clockMs, signal);
      }
      await Promise.all([releasing, bulk]);
    });

async function keepAt(ports: Ports, signal: AbortSignal, end: number, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted && Date.now() < end) {
    await work();
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

/** Ends early when it is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
