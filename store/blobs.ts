import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BlobMissing, DiskFull } from './errors';

/** What `put` made of some bytes. */
export interface Put {
  sha256: string;
  bytes: number;
  /** The bytes were not there before: nothing that names them can exist either. */
  fresh: boolean;
}

/** Raw mail and attachments by the sha256 of their content. */
export interface Blobs {
  /**
   * On disk and whole when it returns: written aside, fsynced, renamed, folder fsynced; in the place of what is damaged.
   * `DiskFull` leaves nothing behind.
   */
  put(content: Uint8Array): Promise<Put>;
  /** The bytes, checked against their digest; `BlobMissing` when they are not there or damaged. */
  get(sha256: string): Promise<Buffer>;
  has(sha256: string): Promise<boolean>;
  /**
   * Deletes blobs nobody else names; how many. Each is put aside, `used` is asked once more after a moment, and what somebody
   * named meanwhile is put back: a mail that comes with the same picture does not lose it.
   */
  remove(sha256s: readonly string[], used: (sha256s: string[]) => Promise<ReadonlySet<string>>): Promise<number>;
  /** Where the file stands, for people who want to open it. */
  pathOf(sha256: string): string;
}

/** What blobs need; `write` and `fsync` are set by tests. */
export interface BlobPorts {
  dataDir: string;
  /** `false` for tests: trades safety on power loss for speed. */
  fsync?: boolean;
  /** How long what is deleted stands aside before it goes (ms). */
  asideMs?: number;
  write?: (file: FileHandle, content: Uint8Array) => Promise<void>;
  failAt?: ((point: string) => void | Promise<void>) | undefined;
}

const noRoom = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);
const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : null;

/** Forces a folder's entries to the disk: a renamed file is safe only then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes new files so that they are whole or not there at all. */
function createFileWriter(root: string, ports: BlobPorts) {
  const incoming = join(root, 'incoming');
  const write = ports.write ?? ((file, content) => file.writeFile(content));
  const sync = (folder: string): Promise<void> => (ports.fsync === false ? Promise.resolve() : syncFolder(folder));
  const made = new Set<string>();

  async function makeFolder(path: string): Promise<void> {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    await sync(root);
    await sync(dirname(root));
    made.add(path);
  }

  async function writeAside(path: string, content: Uint8Array): Promise<void> {
    const file = await open(path, 'wx', 0o600);
    try {
      await write(file, content);
      if (ports.fsync !== false) await file.sync();
    } finally {
      await file.close();
    }
  }

  return {
    sync,
    async place(content: Uint8Array, path: string): Promise<void> {
      const aside = join(incoming, randomUUID());
      try {
        await makeFolder(incoming);
        await makeFolder(dirname(path));
        await writeAside(aside, content);
        await rename(aside, path);
        await sync(dirname(path));
      } catch (error) {
        await rm(aside, { force: true });
        throw noRoom.has(codeOf(error)) ? new DiskFull(error) : error;
      }
    },
  };
}

/** Blobs as files below `<dataDir>/blobs/<first two digits>/<sha256>`, readable by the owner only. */
export function createFileBlobs(ports: BlobPorts): Blobs {
  const root = join(ports.dataDir, 'blobs');
  const writer = createFileWriter(root, ports);
  const pathOf = (sha256: string): string => join(root, sha256.slice(0, 2), sha256);
  const has = (sha256: string): Promise<boolean> =>
    stat(pathOf(sha256)).then(
      () => true,
      () => false,
    );

  /** One look at what lies under a digest. */
  async function standing(sha256: string): Promise<'missing' | 'damaged' | 'whole'> {
    try {
      return digestOf(await readFile(pathOf(sha256))) === sha256 ? 'whole' : 'damaged';
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? 'missing' : 'damaged';
    }
  }

  const asideOf = (sha256: string): string => `${pathOf(sha256)}.erased`;

  async function remove(
    sha256s: readonly string[],
    used: (sha256s: string[]) => Promise<ReadonlySet<string>>,
  ): Promise<number> {
    const before = await used([...sha256s]);
    const going = sha256s.filter((sha256) => !before.has(sha256));
    if (going.length === 0) return 0;
    for (const sha256 of going) await rename(pathOf(sha256), asideOf(sha256)).catch(ifThere);
    await setTimeout(ports.asideMs ?? 2_000);
    const after = await used(going);
    for (const sha256 of going) {
      if (after.has(sha256) && !(await has(sha256))) await rename(asideOf(sha256), pathOf(sha256)).catch(ifThere);
      else await rm(asideOf(sha256), { force: true });
    }
    return going.length - after.size;
  }

  return {
    pathOf,
    has,
    remove,

    async put(content) {
      const sha256 = digestOf(content);
      const put = { sha256, bytes: content.byteLength };
      const path = pathOf(sha256);
      // What lies there damaged (a bad disk, a copy cut short) is written anew: its bytes are at hand only now.
      const stands = await standing(sha256);
      if (stands === 'whole') {
        // Another may have renamed it a moment ago: it is ours to promise only when the folder is on the disk.
        await writer.sync(dirname(path));
        return { ...put, fresh: false };
      }
      await writer.place(content, path);
      if (ports.failAt) await ports.failAt('blobs.put');
      return { ...put, fresh: stands === 'missing' };
    },

    async get(sha256) {
      const content = await readFile(pathOf(sha256)).catch((error: unknown) => {
        throw codeOf(error) === 'ENOENT' ? new BlobMissing(sha256) : error;
      });
      if (digestOf(content) !== sha256) throw new BlobMissing(sha256);
      return content;
    },
  };
}

/** A run that was cut off has put it aside, or deleted it, before. */
function ifThere(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
