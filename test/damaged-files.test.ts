/** Small files of a data folder that a full disk, a copy cut short or another user left unusable. */
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskHealth } from '../cli/start/disk-health';
import { listenerKey } from '../cli/start/listener-key';
import { readRuntimeFile } from '../cli/start/runtime-file';
import { secretKeyOf } from '../cli/start/secret-key';
import { awaitFreePort, readServersFile } from '../servers/data-folder';
import { DataFolderUnusable } from '../servers/errors';
import { portOf } from './support/smtp-sink';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringpost-damaged-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

describe('secret.key', () => {
  test('is made once, for its owner only, and the same for all who ask at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => secretKeyOf(folder, null)));
    expect(new Set([...keys, await secretKeyOf(folder, null)]).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(join(folder, 'secret.key'))).mode & 0o077).toBe(0);
    expect(await readdir(folder)).toEqual(['secret.key']);
  });

  test.each(['', '\n', 'a1b2c3'])(
    'that was cut short (%j) is told with what to do, and left as it is',
    async (text) => {
      await put('secret.key', text);
      const asked = secretKeyOf(folder, null);
      await expect(asked).rejects.toThrow(DataFolderUnusable);
      await expect(asked).rejects.toThrow(
        `${join(folder, 'secret.key')} is empty or was cut short. Put the file back from the last backup, or set RINGPOST_SECRET_KEY`,
      );
      expect(await readFile(join(folder, 'secret.key'), 'utf8')).toBe(text);
    },
  );

  test('that cannot be read is told so, and no other key is taken for it', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    await expect(secretKeyOf(folder, null)).rejects.toThrow(/secret\.key cannot be read \(ENOTDIR\)/);
  });
});

describe('servers.json', () => {
  test.each(['', '{"temporalPort": 20', '[]', 'null', '{"temporalPort": 20001, "temporalUiPort": 20002}'])(
    'that is %j stops the start, and says which file it is and what to do',
    async (text) => {
      await put('servers.json', text);
      const asked = readServersFile(folder);
      await expect(asked).rejects.toThrow(DataFolderUnusable);
      await expect(asked).rejects.toThrow(/servers\.json .*(backup|delete it)/);
      expect(await readFile(join(folder, 'servers.json'), 'utf8')).toBe(text);
    },
  );

  test('keeps its ports', async () => {
    const file = await readServersFile(folder);
    expect(await readServersFile(folder)).toEqual(file);
    expect(new Set([file.temporalPort, file.temporalUiPort, file.mongoPort]).size).toBe(3);
  });
});

test.each(['', '{"key": "-----BEG', '{}', 'null'])(
  'a key of the listener that is %j is made anew: mail comes in',
  async (text) => {
    await put('smtp-tls.json', text);
    await chmod(join(folder, 'smtp-tls.json'), 0o600);
    const pair = await listenerKey(folder, 'mail.example');
    expect(pair.cert).toMatch(/^-----BEGIN CERTIFICATE/);
    expect(await listenerKey(folder, 'mail.example')).toEqual(pair);
  },
);

test('a runtime.json that is not whole says what writes it anew', async () => {
  await put('runtime.json', '{"api": "http');
  await expect(readRuntimeFile(folder)).rejects.toThrow(/runtime\.json is damaged.*each start writes it anew/);
});

describe('the disk of the folder', () => {
  test('is well while there is room, and says how much', async () => {
    expect(await diskHealth(folder, 1)).toEqual({
      name: 'disk',
      ok: true,
      needed: false,
      detail: expect.stringMatching(/^\d+ MB are free on the disk of the data folder\.$/),
    });
  });

  test('is red before it is full, and says what happens then', async () => {
    expect(await diskHealth(folder, Number.MAX_VALUE)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^Only \d+ MB are free .* mail is put off with 452/),
    });
  });

  test('is red where nothing can be written, without telling strangers where that is', async () => {
    const { ok, detail } = await diskHealth(join(folder, 'gone'));
    expect({ ok, detail }).toEqual({ ok: false, detail: expect.stringContaining('cannot be written to (ENOENT)') });
    expect(detail).not.toContain(folder);
  });
});

describe('a port of the folder', () => {
  let server: Server | null = null;
  let client: Socket | null = null;
  afterEach(() => {
    client?.destroy();
    server?.close();
  });

  test('is waited for while a server that ends holds it, also when somebody is connected to it', async () => {
    server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const port = portOf(server);
    client = connect(port, '127.0.0.1').on('error', () => undefined);
    const free = awaitFreePort({ port, dataDir: folder, limitMs: 30_000 });
    await expect(awaitFreePort({ port, dataDir: folder, limitMs: 0 })).rejects.toThrow(
      `write a free port instead of ${port} into ${join(folder, 'servers.json')}`,
    );
    server.close();
    client.destroy();
    await free;
  });
});
