/** Builds the product once per run, so that scenarios start what a user starts. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { found } from './found';

const root = join(__dirname, '..', '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.built-from');
const lock = join(dist, '.building');
const FOLDERS = ['activities', 'api', 'cli', 'config', 'flows', 'mail', 'servers', 'store', 'worker', 'workflows'];
const BUILD_LIMIT_MS = 300_000;

/** The command as the build leaves it. */
export const command = join(dist, 'cli', 'main.js');

/**
 * Compiles `dist/` and bundles the workflows as `npm run build` does, unless they are fresh; two test processes that ask
 * at once build once.
 *
 * @throws Error with the compiler's words when nothing could be built.
 */
export async function buildProduct(): Promise<void> {
  const sources = await fingerprint();
  if (await isBuiltFrom(sources)) return;
  await mkdir(dist, { recursive: true });
  const isOurs = (): Promise<boolean> => writeFile(lock, String(process.pid), { flag: 'wx' }).then(yes, no);
  await found('our turn to build', async () => ((await isOurs()) ? true : await forgetDeadBuilder()), BUILD_LIMIT_MS);
  try {
    if (await isBuiltFrom(sources)) return;
    await run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json']);
    await run(process.execPath, [join(dist, 'worker', 'build-bundle.js')]);
    await writeFile(stamp, sources);
  } finally {
    await rm(lock, { force: true });
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;

/** A builder that was killed leaves its lock behind. */
async function forgetDeadBuilder(): Promise<null> {
  const pid = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (pid > 0 && !existsSync(`/proc/${pid}`) && existsSync('/proc/self')) await rm(lock, { force: true });
  return null;
}

async function isBuiltFrom(sources: string): Promise<boolean> {
  return (await readFile(stamp, 'utf8').catch(() => '')) === sources;
}

/** Names, sizes and times of all sources, as one word. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of FOLDERS) {
    const names = await readdir(join(root, folder), { recursive: true });
    for (const name of names.filter((each) => /\.(ts|json)$/.test(each)).toSorted()) {
      const { size, mtimeMs } = await stat(join(root, folder, name));
      hash.update(`${folder}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

async function run(program: string, args: string[]): Promise<void> {
  const words: Buffer[] = [];
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => words.push(part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The product could not be built:\n${Buffer.concat(words).toString().slice(-4000)}`);
}
