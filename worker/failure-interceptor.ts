import { ApplicationFailure } from '@temporalio/common';
import { CompleteAsyncError } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** What the interceptor needs: a place where the real error is told to the operator, under an id. */
export interface FailurePorts {
  log(line: { msg: string; failureId: string; activity: string; error: unknown }): void;
  newId(): string;
}

/** Errors that trying again cannot mend: the enquiry goes on at its flow's `onError`, or is parked. */
const HOPELESS: ReadonlySet<string> = new Set([
  'BlobMissing',
  'EffectDiffers',
  'UnusableAddress',
  'UnusableDkimKey',
  'WrongSecretKey',
]);

/**
 * Lets only our own failures (ApplicationFailure with a type) into workflow history. Everything else is replaced by a
 * code and an id: answers of mail servers and database errors carry addresses, and history must hold nothing personal.
 */
export function failureInterceptor(ports: FailurePorts, activity: string): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof ApplicationFailure || error instanceof CompleteAsyncError || isCancelled(error))
          throw error;
        const failureId = ports.newId();
        ports.log({ msg: 'An activity failed and is tried again.', failureId, activity, error });
        const type = error instanceof Error ? error.name : 'Error';
        const message = `Activity failed; the log has it under ${failureId}.`;
        throw ApplicationFailure.create({ message, type, nonRetryable: HOPELESS.has(type) });
      }
    },
  };
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'CancelledFailure';
}
