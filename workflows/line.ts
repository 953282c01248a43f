import { setHandler } from '@temporalio/workflow';
import { local } from './activity-proxies';
import { wakeSignal } from './messages';

/** Matches the waiting enquiries of one group (or agent) with free agents, alone, and ends when nothing moves. */
export async function line(input: { kind: 'group' | 'agent'; id: string }): Promise<{ moved: number }> {
  let woken = true;
  let total = 0;
  // What moves counts as moved by the clock only while nothing else has asked for it.
  let heard = false;
  let clockOnly = false;
  setHandler(wakeSignal, (by) => {
    woken = true;
    clockOnly = by === 'clock' && (clockOnly || !heard);
    heard = true;
  });
  while (woken) {
    woken = false;
    const { moved } = await local.matchLine.executeWithOptions({ summary: `line of ${input.kind} ${input.id}` }, [
      clockOnly ? { ...input, by: 'clock' } : input,
    ]);
    total += moved;
    // A wake that came meanwhile is seen here; nothing is awaited between this check and the end.
    if (moved > 0) woken = true;
  }
  return { moved: total };
}
