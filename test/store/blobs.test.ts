import { createHash } from 'node:crypto';
import fs, { mkdtemp, open, readdir, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileBlobs } from '../../store/blobs';
import { BlobMissing, DiskFull } from '../../store/errors';

let dataDir: string;
const raw = Buffer.from('From: eve@example.org\r\n\r\nHello\0\xff', 'latin1');
const sha256 = createHash('sha256').update(raw).digest('hex');

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ringpost-blobs-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

const failing = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(code), { code });
};

test('bytes come back as they were, under the digest of their content', async () => {
  const blobs = createFileBlobs({ dataDir });

  expect(await blobs.put(raw)).toEqual({ sha256, bytes: raw.length, fresh: true });
  expect((await blobs.get(sha256)).equals(raw)).toBe(true);
  expect(await blobs.has(sha256)).toBe(true);
});

test('the same bytes are stored once, and the second put says so', async () => {
  const blobs = createFileBlobs({ dataDir });
  await blobs.put(raw);

  expect(await blobs.put(raw)).toMatchObject({ fresh: false });
  expect(await filesIn(join(dataDir, 'blobs'))).toEqual([sha256]);
});

test.each(['', 'short', 'x'.repeat(raw.length)])(
  'a file that is damaged (%j) is written anew when its bytes are offered again',
  async (damaged) => {
    const blobs = createFileBlobs({ dataDir });
    await blobs.put(raw);
    await writeFile(blobs.pathOf(sha256), damaged);

    expect(await blobs.put(raw)).toEqual({ sha256, bytes: raw.length, fresh: false });
    expect((await blobs.get(sha256)).equals(raw)).toBe(true);
    expect(await filesIn(join(dataDir, 'blobs'))).toEqual([sha256]);
  },
);

test('twenty puts of the same bytes at once leave one whole file and nothing aside', async () => {
  const blobs = createFileBlobs({ dataDir, fsync: false });

  await Promise.all(Array.from({ length: 20 }, () => blobs.put(raw)));

  expect(await filesIn(join(dataDir, 'blobs'))).toEqual([sha256]);
  expect((await blobs.get(sha256)).equals(raw)).toBe(true);
});

test('only the owner may read mail', async () => {
  const blobs = createFileBlobs({ dataDir });
  await blobs.put(raw);

  expect((await stat(blobs.pathOf(sha256))).mode & 0o077).toBe(0);
});

test.each(['ENOSPC', 'EDQUOT'])(
  'a full disk (%s) is told as DiskFull and leaves nothing half written',
  async (code) => {
    const blobs = createFileBlobs({
      dataDir,
      write: async (file, content) => {
        await file.write(content.subarray(0, 3));
        await failing(code)();
      },
    });

    await expect(blobs.put(raw)).rejects.toThrow(DiskFull);
    expect(await filesIn(dataDir)).toEqual([]);
    expect(await blobs.has(sha256)).toBe(false);
  },
);

test('another failure of the disk is not called full, and leaves nothing either', async () => {
  const blobs = createFileBlobs({ dataDir, write: failing('EIO') });

  await expect(blobs.put(raw)).rejects.toThrow('EIO');
  expect(await filesIn(dataDir)).toEqual([]);
});

test('there is room again: the next put works', async () => {
  let full = true;
  const blobs = createFileBlobs({
    dataDir,
    write: async (file, content) => (full ? failing('ENOSPC')() : file.writeFile(content)),
  });
  await expect(blobs.put(raw)).rejects.toThrow(DiskFull);
  full = false;

  expect(await blobs.put(raw)).toMatchObject({ fresh: true });
});

test('nothing is under its name before it is wholly written', async () => {
  const seen: boolean[] = [];
  const blobs = createFileBlobs({
    dataDir,
    write: async (file, content) => {
      await file.writeFile(content);
      seen.push(await blobs.has(sha256));
    },
  });
  await blobs.put(raw);

  expect(seen).toEqual([false]);
  expect(await blobs.has(sha256)).toBe(true);
});

test('bytes that are missing or damaged are told as BlobMissing', async () => {
  const blobs = createFileBlobs({ dataDir });
  await expect(blobs.get(sha256)).rejects.toThrow(BlobMissing);
  await blobs.put(raw);
  await writeFile(blobs.pathOf(sha256), 'other bytes');

  await expect(blobs.get(sha256)).rejects.toThrow(BlobMissing);
});

test('the file is on the disk before it gets its name, and its name before the put returns', async () => {
  const order: string[] = [];
  const rename = jest.spyOn(fs, 'rename').mockImplementation(async (from, to) => {
    order.push('rename');
    jest.mocked(fs.rename).mockRestore();
    await fs.rename(from, to);
  });
  const handle = await open(dataDir, 'r');
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const sync = jest.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    order.push((await this.stat()).isDirectory() ? 'sync folder' : 'sync file');
  });

  await createFileBlobs({ dataDir }).put(raw);
  order.push('returned');

  expect(order.slice(-4)).toEqual(['sync file', 'rename', 'sync folder', 'returned']);
  rename.mockRestore();
  sync.mockRestore();
});
