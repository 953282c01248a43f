/** Ringpost as its users run it: the built command in a process of its own, on a data folder of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeFile } from '../../cli/start/runtime-file';
import { buildProduct } from './build-product';
import { found } from './found';
import { freePorts } from './free-ports';
import { startProcess, type ProductProcess } from './product-process';

const START_LIMIT_MS = 120_000;

/** A running Ringpost and what a test may do to it. */
export interface Product {
  readonly dataDir: string;
  /** What it has told of itself in `runtime.json`. */
  readonly runtime: RuntimeFile;
  /** Settings every process of it gets. */
  readonly environment: Record<string, string>;
  /** Everything its present process has printed. */
  output(): string;
  /** `kill -9` of the process; servers of its own end with it. */
  kill(): Promise<void>;
  /** How its present process ended; null while it runs. */
  ending(): string | null;
  /** Starts it again on the same data folder and ports, with settings for this time only. */
  start(environment?: Record<string, string>): Promise<void>;
  /** Asks it to stop and waits. */
  stop(): Promise<void>;
  /** Stops it and deletes the folder. */
  remove(): Promise<void>;
}

/** Starts Ringpost whole, on an empty folder and free ports, unless the settings name others. */
export async function startProduct(environment: Record<string, string> = {}): Promise<Product> {
  await buildProduct();
  const dataDir = environment['RINGPOST_DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'ringpost-product-')));
  const [api = 0, smtp = 0] = await freePorts(2);
  const whole = { RINGPOST_API_PORT: String(api), RINGPOST_SMTP_PORT: String(smtp), ...environment };
  let child: ProductProcess;
  let runtime: RuntimeFile;
  const start: Product['start'] = async (more = {}) => {
    child = startProcess(['start', '--data', dataDir], { ...whole, ...more });
    runtime = await readiness(child, dataDir);
  };
  await start();
  return {
    dataDir,
    environment: whole,
    get runtime() {
      return runtime;
    },
    output: () => child.output(),
    kill: () => child.kill(),
    ending: () => child.ending(),
    start,
    stop: () => child.stop(),
    async remove() {
      try {
        await child.stop();
      } finally {
        await child.kill();
        await rm(dataDir, { recursive: true, force: true });
      }
    },
  };
}

async function readiness(child: ProductProcess, dataDir: string): Promise<RuntimeFile> {
  const look = async (): Promise<RuntimeFile | null> => {
    if (child.ending() !== null) throw new Error(`Ringpost ended with ${child.ending()}:\n${child.output()}`);
    const text = await readFile(join(dataDir, 'runtime.json'), 'utf8').catch(() => null);
    const file = text === null ? null : (JSON.parse(text) as RuntimeFile);
    if (file?.pid !== child.pid) return null;
    const answer = await fetch(`${file.api}/readyz`).catch(() => null);
    return answer?.ok ? file : null;
  };
  return found('Ringpost to be ready', look, START_LIMIT_MS).catch(async (failure: unknown) => {
    await child.kill();
    throw new Error(`${String(failure)}\n${child.output()}`);
  });
}
