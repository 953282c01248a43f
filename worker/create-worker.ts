import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { AllActivities } from '../activities';
import { bundlePath } from './build-bundle';
import { failureInterceptor, type FailurePorts } from './failure-interceptor';

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

/**
 * Runs workflow code without the SDK's watchdog, which begins and joins a thread of the system for each of the five to ten
 * calls an activation makes (measured: 70 to 100 µs of CPU each, 1 to 1.5 ms of waiting on a busy machine, against 1.4 µs).
 * What it guards against cannot happen here: a flow's steps are counted (`flows/engine`), its patterns run in activities.
 */
class UnwatchedWorker extends Worker {
  protected static override createWorkflowCreator(
    ...[bundle, options, logger]: Parameters<(typeof Worker)['createWorkflowCreator']>
  ): ReturnType<(typeof Worker)['createWorkflowCreator']> {
    const unwatched: object = { isolateExecutionTimeoutMs: undefined };
    return super.createWorkflowCreator(bundle, Object.assign({ ...options }, unwatched), logger);
  }
}

/** Makes Temporal's own messages quiet: errors only, through our log's stream. */
export function quietRuntime(): void {
  Runtime.install({ logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} } });
}

/** Composition root of a worker: one per role and process. */
export async function createWorker(role: WorkerRole, ports: WorkerPorts): Promise<Worker> {
  const { deliver, watchMailbox, ...others } = ports.activities;
  const common: WorkerOptions = {
    connection: ports.connection,
    namespace: ports.namespace,
    taskQueue: role === 'mail' ? ports.mailTaskQueue : ports.taskQueue,
    shutdownGraceTime: '15s',
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
      activities: { deliver, watchMailbox },
      maxConcurrentActivityTaskExecutions: slots,
    });
  }
  return UnwatchedWorker.create({
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
