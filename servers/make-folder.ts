import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DataFolderUnusable } from './errors';

/**
 * Makes a data folder, and those above it, for its owner only; one that is there must be writable.
 *
 * @throws DataFolderUnusable with what to do.
 */
export async function makeDataFolder(dataDir: string): Promise<void> {
  const folder = resolve(dataDir);
  try {
    // One after the other: Node's recursive `mkdir` never ends where no folder can be made (/proc).
    for (const each of await missingFolders(folder)) {
      await mkdir(each, { mode: 0o700 }).catch((failure: NodeJS.ErrnoException) => {
        if (failure.code !== 'EEXIST') throw failure;
      });
    }
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error('It is a file.'), { code: 'ENOTDIR' });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (failure) {
    const { code = 'unknown' } = failure as NodeJS.ErrnoException;
    throw new DataFolderUnusable(
      `The data folder ${folder} cannot be made or written to (${code}). Name another one with RINGPOST_DATA_DIR or --data, or let this user write there.`,
    );
  }
}

async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let each = folder; dirname(each) !== each; each = dirname(each)) {
    const there = await stat(each).catch((failure: NodeJS.ErrnoException) => {
      if (failure.code !== 'ENOENT') throw failure;
      return null;
    });
    if (there) break;
    missing.unshift(each);
  }
  return missing;
}
