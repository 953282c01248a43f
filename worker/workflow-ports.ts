import {
  WorkflowIdConflictPolicy,
  WithStartWorkflowOperation,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import type { OpenedEnquiry, WorkflowPorts } from '../activities/ports';
import type { SignalDefinition, Workflow } from '@temporalio/common';
import type { Absorbed, ActOutcome, Left } from '../flows/state';
import type { Store } from '../store';
import {
  absorbedSignal,
  agentGoneSignal,
  CLOCK_WORKFLOW_ID,
  answerLeftSignal,
  deliveryFailedSignal,
  deliveryWorkflowId,
  eventWebhookWorkflowId,
  enquiryWorkflowId,
  lineWorkflowId,
  mailboxWorkflowId,
  mailLeftSignal,
  mailSignal,
  matchedSignal,
  wakeSignal,
  workflowTypes,
  type ClosedActInput,
  type FailedDelivery,
} from '../workflows/messages';
import { enquiryStart } from './enquiry-start';

/** Deadline of one call to Temporal (ms): intake answers 451 rather than wait for ever. */
const CALL_DEADLINE_MS = 10_000;

/** What the calls need: a client, the store to read inputs from, and the task queue to start on. */
export interface WorkflowPortsInput {
  client: Client;
  store: Store;
  taskQueue: string;
  /** Task queue of the long activities that talk to mail servers. */
  mailTaskQueue: string;
  /** True when a worker of the same process shares the client's native connection. */
  eager: boolean;
}

/** Every word from intake, activities, clock and API to a workflow goes through here. */
export function createWorkflowPorts(input: WorkflowPortsInput): WorkflowPorts & { startClock(): Promise<void> } {
  const { client, mailTaskQueue } = input;
  const words = createWords(input);
  const { startEnquiry, tell, keepOne, within } = words;
  return {
    startEnquiry,
    mailJoined: (enquiryId, message) => tell(enquiryId, (run) => run.signal(mailSignal, message)),
    matched: (enquiryId, match) => tell(enquiryId, (run) => run.signal(matchedSignal, match)),
    agentGone: (enquiryId, gone) => tell(enquiryId, (run) => run.signal(agentGoneSignal, gone)),
    ...wordsToClosed(input, words),
    wakeLine: words.wakeLine,
    startDelivery: (channelId) =>
      keepOne(workflowTypes.delivery, deliveryWorkflowId(channelId), [{ channelId, mailTaskQueue }]),
    startMailbox: (loginId) => keepOne(workflowTypes.mailbox, mailboxWorkflowId(loginId), [{ loginId, mailTaskQueue }]),
    startEventWebhook: (webhook) =>
      keepOne(workflowTypes.eventWebhook, eventWebhookWorkflowId(webhook), [{ webhook, mailTaskQueue }]),
    startClock: () => keepOne(workflowTypes.clock, CLOCK_WORKFLOW_ID, []),
    isRunning: async (enquiryId) => {
      try {
        const found = await within(() => client.workflow.getHandle(enquiryWorkflowId(enquiryId)).describe());
        return found.status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

type Calls = Pick<ReturnType<typeof createWords>, 'within' | 'ifRunning'>;

/** The few ways in which a workflow is spoken to; each with a deadline, each safe to repeat. */
function createWords({ client, store, taskQueue, eager }: WorkflowPortsInput) {
  const within = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + CALL_DEADLINE_MS, call);

  async function ifRunning(call: () => Promise<void>): Promise<boolean> {
    try {
      await within(call);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  async function startEnquiry(enquiryId: string, opened?: OpenedEnquiry): Promise<void> {
    const start = await enquiryStart(store, enquiryId, opened);
    if (!start) return;
    const requestEagerStart = eager ? { requestEagerStart: true } : {};
    await within(() =>
      client.workflow.start(workflowTypes.enquiry, { ...start, taskQueue, ...oneAtATime, ...requestEagerStart }),
    );
  }

  return {
    within,
    ifRunning,
    startEnquiry,
    /** Signals a run; where none is open, one is started, which reads from the store what it missed. */
    async tell(enquiryId: string, call: (run: WorkflowHandle) => Promise<void>): Promise<void> {
      const handle = client.workflow.getHandle(enquiryWorkflowId(enquiryId));
      if (!(await ifRunning(() => call(handle)))) await startEnquiry(enquiryId);
    },
    async keepOne(workflowType: string, workflowId: string, args: unknown[]): Promise<void> {
      await within(() => client.workflow.start(workflowType, { workflowId, taskQueue, args, ...oneAtATime }));
    },
    async wakeLine(kind: 'group' | 'agent', id: string, by?: 'clock'): Promise<void> {
      await within(() =>
        client.workflow.signalWithStart(workflowTypes.line, {
          workflowId: lineWorkflowId(kind, id),
          taskQueue,
          args: [{ kind, id }],
          signal: wakeSignal,
          signalArgs: by ? [by] : [],
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        }),
      );
    },
  };
}

/** A closed enquiry has no run: it hears of a mail that did not arrive, and of people's acts, by one that is started for it. */
function wordsToClosed({ client, store, taskQueue }: WorkflowPortsInput, { within, ifRunning }: Calls) {
  async function actBy(enquiryId: string, what: string, act: ClosedActInput): Promise<ActOutcome> {
    const start = await enquiryStart(store, enquiryId);
    if (!start) return { ok: false, code: 'not-possible-now' };
    const startWorkflowOperation = new WithStartWorkflowOperation(workflowTypes.enquiry, {
      ...start,
      taskQueue,
      ...oneAtATime,
    });
    return within(() =>
      client.workflow.executeUpdateWithStart<Workflow, ActOutcome, [ClosedActInput]>(what, {
        args: [act],
        updateId: act.act,
        startWorkflowOperation,
      }),
    );
  }

  async function tellClosed<What>(enquiryId: string, signal: SignalDefinition<[What]>, what: What): Promise<void> {
    const handle = client.workflow.getHandle(enquiryWorkflowId(enquiryId));
    if (await ifRunning(() => handle.signal(signal, what))) return;
    const start = await enquiryStart(store, enquiryId);
    if (!start) return;
    const told = { signal, signalArgs: [what] as [What] };
    await within(() =>
      client.workflow.signalWithStart(workflowTypes.enquiry, { ...start, ...told, taskQueue, ...oneAtATime }),
    );
  }

  return {
    deliveryFailed: (enquiryId: string, failed: FailedDelivery) => tellClosed(enquiryId, deliveryFailedSignal, failed),
    answerLeft: (enquiryId: string, outboxId: string) => tellClosed(enquiryId, answerLeftSignal, { outboxId }),
    absorbed: (enquiryId: string, what: Absorbed) => tellClosed(enquiryId, absorbedSignal, what),
    mailLeft: (enquiryId: string, what: Left) => tellClosed(enquiryId, mailLeftSignal, what),
    actWithStart: actBy,
    actOnMany: actBy,
  };
}

/** One run at a time under a workflow id, and a new one after it has ended: a start may be repeated at will. */
const oneAtATime = {
  workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
} as const;
