/**
 * `npm run build`: compiles `dist/` and bundles the workflows, unless they are made from these very sources. `npm start`
 * and `start:api|worker|intake` begin with it; of processes that build at the same time one does, the others wait.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { onlyKnownWords } from '../config/only-known-words';

const FOLDERS = [
  'activities',
  'api',
  'bench',
  'cli',
  'config',
  'flows',
  'mail',
  'servers',
  'store',
  'worker',
  'workflows',
];
const FILES = ['config.ts', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const LOOK_AGAIN_MS = 200;
const UNNAMED_MS = 10_000;

/** Where to build, and how: replaced by tests. */
export interface BuildPorts {
  root: string;
  /** Puts everything into `root/dist`; rejects with the compiler's words. */
  compile: () => Promise<void>;
  say: (line: string) => void;
}

/** Builds `dist/` of a tree unless it is fresh; whether it had to. Rejects with the compiler's words. */
export async function buildProduct({ root, compile, say }: BuildPorts): Promise<boolean> {
  const dist = join(root, 'dist');
  const [stamp, lock] = [join(dist, '.built-from'), join(dist, '.building')];
  const sources = await fingerprint(root);
  const isFresh = async (): Promise<boolean> => (await readFile(stamp, 'utf8').catch(() => '')) === sources;
  if (await isFresh()) return false;
  await mkdir(dist, { recursive: true });
  await takeTurn(lock, say);
  try {
    if (await isFresh()) return false;
    // A build that breaks off must not pass for the one before.
    await rm(stamp, { force: true });
    await compile();
    await writeFile(stamp, sources);
    return true;
  } finally {
    await rm(lock, { force: true });
  }
}

/** Waits until nobody else builds; the lock of a builder that died is taken away. */
async function takeTurn(lock: string, say: (line: string) => void): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (!told) say('Another process is building Ringpost; waiting for it.');
    if (await isLeftOver(lock)) await rm(lock, { force: true });
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function isLeftOver(lock: string): Promise<boolean> {
  const builder = await readFile(lock, 'utf8').catch(() => null);
  if (builder === null) return false;
  if (builder !== '') return !isAlive(Number(builder));
  // Its builder died before it had written its name, or writes it this very moment.
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > UNNAMED_MS;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process lives too.
    return codeOf(error) === 'EPERM';
  }
}

/** `instanceof Error` is false for Node's own errors inside jest. */
function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
}

/** Names, sizes and times of all sources, as one word. */
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256');
  const folders = FOLDERS.map(async (folder) => {
    const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
    return names.filter((each) => /\.(ts|json)$/.test(each)).map((each) => `${folder}${sep}${each}`);
  });
  for (const name of [...(await Promise.all(folders)).flat(), ...FILES].toSorted()) {
    const found = await stat(join(root, name)).catch(() => null);
    hash.update(`${name} ${found?.size} ${found?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Compiles this repository: what `npm run build` runs when something has changed. */
export async function compileProduct(root: string): Promise<void> {
  await run(root, join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json']);
  await run(root, process.execPath, [join(root, 'dist', 'worker', 'build-bundle.js')]);
}

async function run(root: string, program: string, args: string[]): Promise<void> {
  const words: Buffer[] = [];
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => words.push(part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`Ringpost could not be built:\n${Buffer.concat(words).toString().slice(-8000)}`);
}

if (require.main === module) {
  onlyKnownWords(process.argv.slice(2), { usage: 'npm run build' });
  const root = join(__dirname, '..');
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  buildProduct({ root, compile: () => compileProduct(root), say }).catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
