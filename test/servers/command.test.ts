import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolderUnusable } from '../../servers/errors';
import { listens } from '../../servers/health';
import { makeDataFolder } from '../../servers/make-folder';
import { until } from '../support/until';

const root = join(__dirname, '..', '..');

describe('npm run servers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringpost-command-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  it('says in one sentence per server what to install when no way works', async () => {
    const run = command({ PATH: '', RINGPOST_CACHE_DIR: folder, RINGPOST_DOWNLOADS: 'off', RINGPOST_DATA_DIR: folder });
    expect(await once(run.child, 'exit')).toEqual([1, null]);
    expect(run.said()).toMatch(
      /Database could not be obtained \(PATH: no program `mongod`; .*official download: switched off; Maven and a JDK: no program `java`\)\. Install MongoDB 6 or newer .* or a JDK 17 with Maven, or set MONGODB_URI and start again\./,
    );
    expect(run.said()).not.toMatch(/^\s+at /m);
  });

  it('names a wrong setting and starts nothing', async () => {
    const run = command({ RINGPOST_RETENTION_DAYS: 'long', RINGPOST_DATA_DIR: folder });
    expect(await once(run.child, 'exit')).toEqual([1, null]);
    expect(run.said()).toContain('RINGPOST_RETENTION_DAYS: given was "long"; allowed is a whole number from 1 to 365');
  });

  it.each([
    ['/proc/ringpost', 'ENOENT'],
    ['/dev/null/ringpost', 'ENOTDIR'],
    ['/dev/null', 'ENOTDIR'],
  ])('says of the data folder %s that it cannot be used, and what to do', async (dataDir, code) => {
    const refused = makeDataFolder(dataDir);
    await expect(refused).rejects.toThrow(DataFolderUnusable);
    await expect(refused).rejects.toThrow(`(${code}). Name another one with RINGPOST_DATA_DIR`);
  });

  it('makes a data folder and those above it for its owner only, and takes one that is there', async () => {
    const deep = join(folder, 'a', 'b');
    await Promise.all([makeDataFolder(deep), makeDataFolder(deep)]);
    expect([(await stat(deep)).mode & 0o777, (await stat(join(folder, 'a'))).mode & 0o777]).toEqual([0o700, 0o700]);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves no server behind when it ends by %s', async (signal) => {
    const run = command({ RINGPOST_DATA_DIR: folder });
    await until('both servers run', () => run.said().includes('Ctrl-C ends both.'), 60_000);
    const ports: Record<string, number> = JSON.parse(await readFile(join(folder, 'servers.json'), 'utf8'));
    const addresses = [`127.0.0.1:${ports['temporalPort']}`, `127.0.0.1:${ports['mongoPort']}`];
    expect(await Promise.all(addresses.map(listens))).toEqual([true, true]);

    run.child.kill(signal);
    await once(run.child, 'exit');
    await until(
      'both ports are closed',
      async () => {
        const answers = await Promise.all(addresses.map(listens));
        return answers.every((answer) => !answer);
      },
      30_000,
    );
  });
});

function command(env: Record<string, string>): { child: ReturnType<typeof spawn>; said: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'servers/main.ts'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  return { child, said: () => said };
}
