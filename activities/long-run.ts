import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { LongRun } from './ports';

const HEARTBEAT_MS = 3_000;

/**
 * Runs something that lasts for hours as an activity: heartbeats while it runs, and ends it when Temporal cancels the
 * activity or this process is asked to stop (then Temporal runs it again, here or elsewhere).
 */
export async function longRun<T>(stopping: AbortSignal, work: (run: LongRun) => Promise<T>): Promise<T> {
  const context = Context.current();
  const signal = AbortSignal.any([stopping, context.cancellationSignal]);
  const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    context.heartbeat();
    const result = await work({ heartbeat: () => context.heartbeat(), signal });
    if (stopping.aborted) throw ApplicationFailure.retryable('This process is stopping.', 'Stopping');
    return result;
  } finally {
    clearInterval(beat);
  }
}
