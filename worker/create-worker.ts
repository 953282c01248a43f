import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { AllActivities } from '../activities';
import { bundlePath } from './build-bundle';
import { failureInterceptor, type FailurePorts } from './failure-interceptor';
import { openSandbox } from './workflow-sandbox';

/** Which activities a worker's task queue serves. */
export type WorkerRole = 'enquiries' | 'mail';

/** What a worker is made of. */
export interface WorkerPorts {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  mailTaskQueue: string;
  activities: AllActivities;
  log: FailurePorts['log'];
  /** Cached runs (memory against replay), by setting. */
  maxCachedWorkflows?: number;
  /** Slots of the mail role: above the number of logins and channels. */
  mailSlots?: number;
  /** A bundle file made elsewhere (tests); else the build's, else the sources. */
  bundle?: string;
}

const BURSTS_AT_ONCE = 40;

/** Runs workflow code in this thread (see there). */
class LeanWorker extends Worker {
  protected static override createWorkflowCreator(
    ...[bundle, { activities }]: Parameters<(typeof Worker)['createWorkflowCreator']>
  ): ReturnType<(typeof Worker)['createWorkflowCreator']> {
    return openSandbox(bundle, new Set(activities.keys()));
  }
}

/**
 * Silences Temporal's own log (what matters of it is told by ours), and leaves signals to `start`: the SDK would shut the
 * workers down at once, while mail that is being taken still needs them.
 */
export function quietRuntime(): void {
  const logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  Runtime.install({ logger, shutdownSignals: [] });
}

/** Composition root of a worker: one per role and process. */
export async function createWorker(role: WorkerRole, ports: WorkerPorts): Promise<Worker> {
  const { deliver, tellEvents, watchMailbox, ...others } = ports.activities;
  const common: WorkerOptions = {
    connection: ports.connection,
    namespace: ports.namespace,
    taskQueue: role === 'mail' ? ports.mailTaskQueue : ports.taskQueue,
    shutdownGraceTime: '15s',
    // What waits for a worker that died goes to another so much later; by default after 10 s.
    stickyQueueScheduleToStartTimeout: '4s',
    interceptors: {
      activity: [
        (context) => ({
          inbound: failureInterceptor(
            { log: ports.log, newId: () => randomUUID().slice(0, 8) },
            context.info.activityType,
          ),
        }),
      ],
    },
    maxHeartbeatThrottleInterval: '5s',
    defaultHeartbeatThrottleInterval: '5s',
  };
  if (role === 'mail') {
    const slots = ports.mailSlots ?? 500;
    return Worker.create({
      ...common,
      activities: { deliver, tellEvents, watchMailbox },
      maxConcurrentActivityTaskExecutions: slots,
    });
  }
  return LeanWorker.create({
    ...common,
    activities: others,
    maxCachedWorkflows: ports.maxCachedWorkflows ?? 100,
    // Measured: with 100 or more a wave of mail makes bursts longer than Temporal's 10 s for a workflow task, and they are done twice.
    maxConcurrentWorkflowTaskExecutions: BURSTS_AT_ONCE,
    ...workflowSource(ports.bundle),
  });
}

function workflowSource(bundle?: string): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  if (bundle) return { workflowBundle: { codePath: bundle } };
  if (existsSync(bundlePath)) return { workflowBundle: { codePath: bundlePath } };
  return { workflowsPath: require.resolve('../workflows') };
}
