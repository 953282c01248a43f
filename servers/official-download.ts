import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool';
import type { Log } from './first-way';

/** One official download that a library of ours knows how to do, into a folder it leaves the program in. */
export interface Download {
  readonly label: string;
  /** Host asked first with a short limit, so that a blocked network costs seconds, not minutes. */
  readonly host: string;
  /** The library's main file. */
  readonly library: string;
  /** JavaScript run in a process of its own with `library` (the loaded module) and `folder` at hand. */
  readonly script: string;
  readonly folder: string;
  readonly program: RegExp;
  readonly log: Log;
}

const PROBE_MS = 3_000;
const DOWNLOAD_MS = 10 * 60_000;

/**
 * Runs the download and returns the program's path.
 *
 * It has a process of its own because Temporal's library would else claim this process's one runtime, and because a
 * process can be stopped when time is up.
 *
 * @throws Error when the host does not answer; ToolFailed when the download fails.
 */
export async function officialDownload(download: Download): Promise<string> {
  download.log(`${download.label} from ${new URL(download.host).host}`);
  await fetch(download.host, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) }).catch((failure: unknown) => {
    const because = `${new URL(download.host).host} does not answer (${reason(failure)})`;
    download.log(`${download.label}: ${because}`);
    throw new Error(because);
  });
  const script = `
    const library = require(process.argv[1]);
    const folder = process.argv[2];
    (async () => { ${download.script} })().then(() => process.exit(0), (e) => { console.error(e.message); process.exit(1); });
  `;
  await runTool({
    command: process.execPath,
    args: ['-e', script, download.library, download.folder],
    label: download.label,
    timeoutMs: DOWNLOAD_MS,
    log: download.log,
  });
  const found = await findProgram(download.folder, download.program);
  if (found === null) throw new Error('the download left no program behind');
  return found;
}

/** The first file under `folder` whose name fits, or null; a folder that is not there holds nothing. */
export async function findProgram(folder: string, program: RegExp): Promise<string | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const hit = entries.find((entry) => entry.isFile() && program.test(entry.name));
  return hit === undefined ? null : join(hit.parentPath, hit.name);
}

function reason(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  if (failure.name === 'TimeoutError') return `nothing within ${PROBE_MS / 1000} s`;
  const cause = failure.cause;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : failure.message;
}
