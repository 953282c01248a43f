/** What aborted demos left: each run notes itself in the data folder before its mail leaves, and crosses itself out at its end. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from './api-client';

/** A run of the demo, as it notes itself. */
export interface DemoRun {
  id: string;
  pid: number;
  messageId: string;
  customer: string;
}

const folderOf = (dataDir: string): string => join(dataDir, 'demo-runs');
const fileOf = (dataDir: string, id: string): string => join(folderOf(dataDir), `${id}.json`);

/** Notes a run before it does anything that stays. */
export async function noteRun(dataDir: string, run: DemoRun): Promise<void> {
  await mkdir(folderOf(dataDir), { recursive: true, mode: 0o700 });
  await writeFile(fileOf(dataDir, run.id), JSON.stringify(run), { mode: 0o600 });
}

/** Crosses out a run that left nothing behind. */
export async function forgetRun(dataDir: string, { id }: Pick<DemoRun, 'id'>): Promise<void> {
  await rm(fileOf(dataDir, id), { force: true });
}

/** Closes what earlier runs left open whose process is gone; how many enquiries that were. */
export async function closeLeftRuns(dataDir: string, supervisor: ApiClient): Promise<number> {
  const names = await readdir(folderOf(dataDir)).catch(() => []);
  let closed = 0;
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const run = await readRun(join(folderOf(dataDir), name));
    if (run && isAlive(run.pid)) continue;
    if (run && (await closeRun(run, supervisor))) closed += 1;
    await rm(join(folderOf(dataDir), name), { force: true });
  }
  return closed;
}

/** A mail that was just taken gets its verdict, and an act is done, well within this. */
const PATIENCE_MS = 10_000;

/**
 * Closes the enquiry that a run's mail started, without a notice; false when none is open. `justSent`: the mail may not
 * have its verdict yet, which is waited for.
 */
export async function closeRun(
  { messageId }: Pick<DemoRun, 'messageId'>,
  supervisor: ApiClient,
  { justSent = false } = {},
): Promise<boolean> {
  const id = await within(justSent ? PATIENCE_MS : 0, async () => {
    const path = `/v1/ledger?messageId=${encodeURIComponent(messageId)}`;
    const { items } = await supervisor.get<{ items: { enquiry: string | null }[] }>(path);
    return items.find(({ enquiry }) => enquiry !== null)?.enquiry ?? null;
  });
  if (id === null) return false;
  const isClosed = async (): Promise<true | null> =>
    (await supervisor.get<{ status: string }>(`/v1/enquiries/${id}`)).status === 'closed' ? true : null;
  if (await isClosed()) return false;
  await supervisor.post(`/v1/enquiries/${id}/close`, { disposition: 'aborted demo', notify: false });
  return (await within(PATIENCE_MS, isClosed)) ?? false;
}

/** Looks until something is there, or the time is over: null then. */
async function within<T>(limitMs: number, look: () => Promise<T | null>): Promise<T | null> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null || Date.now() >= end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function readRun(file: string): Promise<DemoRun | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DemoRun;
  } catch {
    // Cut off in the middle of the note: nothing had been sent yet.
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
