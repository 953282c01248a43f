import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepDataFolder } from '../../cli/start/keep-data-folder';
import { freshStore, type FreshStore } from '../support/fresh-store';
import { temporaryFolder } from '../support/temporary-folder';

describe('a start on a data folder', () => {
  let store: FreshStore;
  beforeEach(async () => {
    store = await freshStore();
  });
  afterEach(() => store.close());

  test('of its database goes on, however many processes begin at once', async () => {
    const folder = temporaryFolder();
    await Promise.all([1, 2, 3].map(() => keepDataFolder(store, folder)));
    await keepDataFolder(store, folder);
  });

  test('of another database is refused: mails and answers that wait would be missing', async () => {
    const [first, other] = [temporaryFolder(), temporaryFolder()];
    await keepDataFolder(store, first);
    const id = (await readFile(join(first, 'folder.id'), 'utf8')).trim();
    const refused = { name: 'DataFolderUnusable', message: expect.stringContaining('RINGPOST_DATA_DIR') };
    await expect(keepDataFolder(store, other)).rejects.toMatchObject(refused);

    const elsewhere = await freshStore();
    await keepDataFolder(elsewhere, other);
    await elsewhere.close();
    await expect(keepDataFolder(store, other)).rejects.toThrow(`write ${id} into ${join(other, 'folder.id')}`);
    // As the message says for a folder that is lost for good.
    await writeFile(join(other, 'folder.id'), `${id}\n`);
    await keepDataFolder(store, other);
  });
});
