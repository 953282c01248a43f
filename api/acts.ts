/**
 * What people do with an enquiry travels to its run as an Update. The Update's id is made of the request's
 * Idempotency-Key, so that a repeated request does its act once. We wait a few seconds, then answer "not confirmed yet".
 */
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { ActOutcome } from '../flows/state';
import { enquiryWorkflowId, type ActInput } from '../workflows/messages';
import { ApiError } from './api-error';

/** What acting needs. */
export interface ActPorts {
  temporal: Client;
  startEnquiry(enquiryId: string): Promise<void>;
  /** The outcome of an act that the enquiry's last run wrote down; null when it knows of none. */
  outcomeOf(enquiryId: string, act: string): Promise<ActOutcome | null>;
  /** How long a request waits for the outcome (ms). */
  actWaitMs: number;
}

/** How an act ended, or that it is not known yet. */
export type ActResult = ActOutcome | 'pending';

const PROBE_MS = 1000;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const TRY_AGAIN_MS = 100;

/** Name of an act in state, Updates and answers: the caller's own key, kept apart from other people's keys. */
export const actName = (caller: string, kind: string, key: string): string => `${caller}/${kind}/${key}`;

/**
 * Sends an act to the enquiry's run. Where no run is open and the act was not done before, one is started and asked
 * once more.
 * Throws `temporal-away` and `too-many-acts`.
 */
export const performAct = async <Input extends ActInput>(
  ports: ActPorts,
  enquiryId: string,
  update: UpdateDefinition<ActOutcome, [Input]>,
  input: Input,
): Promise<ActResult> => {
  const until = Date.now() + ports.actWaitMs;
  try {
    return await execute(ports, enquiryId, update, input, until);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError) && !endedMeanwhile(error)) throw error;
  }
  // The run may have done the act, and ended before it could say so.
  const done = await ports.outcomeOf(enquiryId, input.act);
  if (done) return done;
  await ports.startEnquiry(enquiryId);
  try {
    return await execute(ports, enquiryId, update, input, until);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError) && !endedMeanwhile(error)) throw error;
    // The new run ended at once: the enquiry is closed.
    return (await ports.outcomeOf(enquiryId, input.act)) ?? { ok: false, code: 'enquiry-closed' };
  }
};

/** Looks for the outcome of an act that was answered "not confirmed yet"; null when the run knows none. */
export const lookUpAct = async (ports: ActPorts, enquiryId: string, act: string): Promise<ActResult | null> => {
  const handle = ports.temporal.workflow.getHandle(enquiryWorkflowId(enquiryId)).getUpdateHandle<ActOutcome>(act);
  try {
    return await ports.temporal.withDeadline(Date.now() + ports.actWaitMs, () => handle.result());
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return 'pending';
    if (error instanceof WorkflowNotFoundError || endedMeanwhile(error)) return null;
    throw error;
  }
};

async function execute<Input extends ActInput>(
  { temporal }: Pick<ActPorts, 'temporal'>,
  enquiryId: string,
  update: UpdateDefinition<ActOutcome, [Input]>,
  input: Input,
  until: number,
): Promise<ActResult> {
  const handle = temporal.workflow.getHandle(enquiryWorkflowId(enquiryId));
  try {
    return await temporal.withDeadline(Math.max(until, Date.now() + PROBE_MS), () =>
      handle.executeUpdate(update, { args: [input], updateId: input.act }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return pending(temporal);
    if (codeOf(error) === RESOURCE_EXHAUSTED) throw new ApiError('too-many-acts');
    // Temporal dropped the task that carried the act, because a mail came at that very moment; nothing was done yet, and
    // the same key makes sure that it is done once.
    if (codeOf(error) === FAILED_PRECONDITION && Date.now() + TRY_AGAIN_MS < until) {
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      return execute({ temporal }, enquiryId, update, input, until);
    }
    throw error;
  }
}

/**
 * Gives the outcome of an act that has its own way to a run, as one that is started for a closed enquiry; `pending` when
 * none came in time.
 *
 * Throws `temporal-away`.
 */
export const orPending = async (temporal: Client, act: () => Promise<ActOutcome>): Promise<ActResult> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return pending(temporal);
    throw error;
  }
};

/** A server that is away and a worker that is slow look alike here; only the second is worth a "look again". */
async function pending(temporal: Client): Promise<'pending'> {
  await probe(temporal);
  return 'pending';
}

async function probe(temporal: Client): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + PROBE_MS, () => temporal.connection.workflowService.getSystemInfo({}));
  } catch {
    throw new ApiError('temporal-away');
  }
}

/** The run ended before it took the act. */
function endedMeanwhile(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError;
}

function codeOf(error: unknown): number | null {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? Number(cause.code) : null;
}
