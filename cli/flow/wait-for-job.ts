import { setTimeout as pause } from 'node:timers/promises';
import type { TokenClient } from '../api-client';
import type { FlowPorts } from './ports';

/** A long piece of work of the server, as it answers it. */
export interface ServerJob<Result> {
  id: string;
  state: 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';
  done: number;
  total: number | null;
  result: Result | null;
  problem: string | null;
}

const LOOK_AGAIN_MS = 250;

/** Waits until a job has ended, telling how far it is; Ctrl-C asks the server to stop it. */
export async function waitForJob<Result>(
  server: TokenClient,
  started: ServerJob<Result>,
  what: string,
  { progress = () => undefined, onInterrupt }: FlowPorts,
): Promise<ServerJob<Result>> {
  const path = `/v1/jobs/${encodeURIComponent(started.id)}`;
  const stop = onInterrupt?.(() => void server.remove(path).catch(() => undefined));
  try {
    for (let job = started; ; job = await server.get<ServerJob<Result>>(path)) {
      if (job.state !== 'running') return job;
      progress(`${what}: ${job.done}${job.total === null ? '' : ` of ${job.total}`}.`);
      await pause(LOOK_AGAIN_MS);
    }
  } finally {
    progress('');
    stop?.();
  }
}
