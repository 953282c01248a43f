import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DataFolderUnusable } from '../../servers/errors';
import { makeDataFolder } from '../../servers/make-folder';
import { makeFileOnce, readIfThere } from '../../servers/whole-file';

/** What the store asks of a key. */
const LEAST_LENGTH = 16;

/**
 * The key of secrets at rest: from the settings, else the data folder's own, made once and readable by its owner only.
 *
 * @throws DataFolderUnusable when the key file cannot be read or was cut short: another key would open nothing.
 */
export async function secretKeyOf(dataDir: string, given: string | null): Promise<string> {
  if (given !== null) return given;
  const path = join(dataDir, 'secret.key');
  const known = await readKey(path);
  if (known !== null) return known;
  await makeDataFolder(dataDir);
  await makeFileOnce(path, `${randomBytes(32).toString('hex')}\n`);
  const made = await readKey(path);
  if (made === null) throw new DataFolderUnusable(`${path} could not be made. Let this user write to ${dataDir}.`);
  return made;
}

async function readKey(path: string): Promise<string | null> {
  const key = (await readIfThere(path))?.trim() ?? null;
  if (key === null || key.length >= LEAST_LENGTH) return key;
  throw new DataFolderUnusable(
    `${path} is empty or was cut short. Put the file back from the last backup, or set RINGPOST_SECRET_KEY to the key; ` +
      'delete it only where this data folder has never been used.',
  );
}
