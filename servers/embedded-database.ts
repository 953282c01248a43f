import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './cache-folder';
import type { Log } from './first-way';
import { fetchJars } from './maven';
import { onPath, runTool } from './run-tool';

const BACKEND = { group: 'de.bwaldvogel', id: 'mongo-java-server-h2-backend', version: '1.47.0' };
const COMPILE_MS = 2 * 60_000;

/** What is needed to run the embedded database: a Java runtime and the class path. */
export interface EmbeddedDatabase {
  readonly java: string;
  readonly classPath: string;
}

/** The embedded database if it was made before and a Java runtime is at hand, or null. */
export async function cachedEmbeddedDatabase(cacheDir: string): Promise<EmbeddedDatabase | null> {
  const folders = await folderNames(cacheDir);
  const java = await onPath('java');
  return java !== null && existsSync(folders.jars) && existsSync(folders.classes)
    ? { java, classPath: classPath(folders) }
    : null;
}

/**
 * Fetches mongo-java-server with Maven and compiles our part of it with `javac` into the cache folder.
 *
 * @throws Error naming the program that is missing; ToolFailed.
 */
export async function makeEmbeddedDatabase(wish: { cacheDir: string; log: Log }): Promise<EmbeddedDatabase> {
  const [java, javac] = [await onPath('java'), await onPath('javac')];
  if (java === null || javac === null) throw new Error(`no program \`${java === null ? 'java' : 'javac'}\``);
  const folders = await folderNames(wish.cacheDir);
  await fetchJars({ artifact: BACKEND, folder: folders.jars, log: wish.log });
  await fillOnce(folders.classes, async (temporary) => {
    await runTool({
      command: javac,
      args: ['--release', '17', '-cp', join(folders.jars, '*'), '-d', temporary, ...folders.sources],
      label: 'Database: compiling',
      timeoutMs: COMPILE_MS,
      log: wish.log,
    });
  });
  return { java, classPath: classPath(folders) };
}

interface Folders {
  readonly sources: readonly string[];
  readonly jars: string;
  readonly classes: string;
}

/** Classes are keyed by the content of our sources, so a changed file never meets old classes. */
async function folderNames(cacheDir: string): Promise<Folders> {
  const folder = sourceFolder();
  const sources = (await readdir(folder))
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((each) => join(folder, each));
  const hash = createHash('sha256');
  for (const source of sources) hash.update(await readFile(source));
  const base = join(cacheDir, 'mongo-java-server');
  const classes = join(base, `classes-${hash.digest('hex').slice(0, 16)}`);
  return { sources, jars: join(base, BACKEND.version), classes };
}

/** The compiler leaves `.java` files where they are, so the built program looks for them in the source tree. */
function sourceFolder(): string {
  const beside = join(__dirname, 'java');
  return existsSync(beside) ? beside : join(__dirname, '..', '..', 'servers', 'java');
}

function classPath(folders: Folders): string {
  return `${folders.classes}:${join(folders.jars, '*')}`;
}
