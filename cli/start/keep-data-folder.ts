import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DataFolderUnusable } from '../../servers/errors';
import { makeDataFolder } from '../../servers/make-folder';
import { makeFileOnce, readIfThere } from '../../servers/whole-file';
import type { Store } from '../../store';

/**
 * Sees to it that the data folder is the one that belongs to this database: raw mail, files and composed answers stand in
 * it, and with another folder they would be missing, and answers that wait would fail.
 *
 * @throws DataFolderUnusable
 */
export async function keepDataFolder({ meta }: Pick<Store, 'meta'>, dataDir: string): Promise<void> {
  const path = join(dataDir, 'folder.id');
  const kept = (await meta.get('data-folder'))?.text ?? null;
  let own = await readId(path);
  if (own === null && kept === null) {
    await makeDataFolder(dataDir);
    await makeFileOnce(path, `${randomUUID()}\n`);
    own = await readId(path);
  }
  const stands = own === null ? kept : await meta.textOnce('data-folder', own);
  if (own !== null && stands === own) return;
  throw new DataFolderUnusable(
    `${dataDir} is not the data folder of this database: its mails, its files and the answers that wait stand in another one. ` +
      'Set RINGPOST_DATA_DIR to that folder, which all processes share, or MONGODB_URI and RINGPOST_MONGO_DATABASE to the database of this folder. ' +
      `Only where the other folder is lost for good: write ${stands} into ${path}.`,
  );
}

const readId = async (path: string): Promise<string | null> => (await readIfThere(path))?.trim() || null;
