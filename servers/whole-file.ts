import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, unlink } from 'node:fs/promises';
import { DataFolderUnusable } from './errors';

/** Replaces a small file (0600) in one rename, forced to the disk: after a death it is the old one or the new one, whole. */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const aside = `${path}.new`;
  await writeForced(aside, text);
  await rename(aside, path);
}

/** Makes a small file (0600), whole; of two processes that make it at once the first one's stands. */
export async function makeFileOnce(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await writeForced(aside, text);
  await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

async function writeForced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Replaces a small file by this value as JSON, for people to read, as `writeWholeFile` does. */
export const writeWholeJson = (path: string, value: object): Promise<void> =>
  writeWholeFile(path, `${JSON.stringify(value, null, 2)}\n`);

/**
 * The text of a file of the data folder, or null when it is not there.
 *
 * @throws DataFolderUnusable when it is there and cannot be read.
 */
export async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT') return null;
    throw new DataFolderUnusable(
      `${path} cannot be read (${code}). It belongs to Ringpost: let the user Ringpost runs as read and write it.`,
    );
  });
}

/**
 * What a JSON file of the data folder holds, or null when it is not there; `whatToDo` is told when it is not JSON, as after
 * a copy that was cut short.
 *
 * @throws DataFolderUnusable
 */
export async function readJsonIfThere(path: string, whatToDo: string): Promise<object | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  const found = parsed(text);
  if (found === null) throw new DataFolderUnusable(`${path} is damaged: it is not whole JSON. ${whatToDo}`);
  return found;
}

function parsed(text: string): object | null {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' ? found : null;
  } catch {
    return null;
  }
}
