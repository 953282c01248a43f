import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProduct } from '../cli/build';

describe('building', () => {
  let root: string;
  let builds: number;
  let atOnce: number;
  let most: number;
  let said: string[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ringpost-build-'));
    await mkdir(join(root, 'cli'));
    await writeFile(join(root, 'cli', 'main.ts'), 'one');
    [builds, atOnce, most, said] = [0, 0, 0, []];
  });
  afterEach(() => rm(root, { recursive: true }));

  const build = () => buildProduct({ root, compile, say: (line) => said.push(line) });
  const compile = async (): Promise<void> => {
    builds += 1;
    atOnce += 1;
    most = Math.max(most, atOnce);
    await writeFile(join(root, 'dist', 'main.js'), 'whole');
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
  };

  test('is done once by processes that start at once, and not again until a source changes', async () => {
    expect((await Promise.all([build(), build(), build()])).filter(Boolean)).toHaveLength(1);
    expect({ builds, most, said: [...new Set(said)] }).toEqual({
      builds: 1,
      most: 1,
      said: ['Another process is building Ringpost; waiting for it.'],
    });
    expect(await build()).toBe(false);
    await writeFile(join(root, 'cli', 'main.ts'), 'another');
    expect(await build()).toBe(true);
  });

  test('goes on after a builder that was killed', async () => {
    await mkdir(join(root, 'dist'));
    // No process has this id: it is above what Linux gives out.
    await writeFile(join(root, 'dist', '.building'), '4194305');
    expect(await build()).toBe(true);
  });

  test('that failed is tried again, also when the sources are as they were before', async () => {
    await build();
    await writeFile(join(root, 'cli', 'main.ts'), 'broken');
    const failing = buildProduct({
      root,
      compile: async () => Promise.reject(new Error('TS1005')),
      say: () => undefined,
    });
    await expect(failing).rejects.toThrow('TS1005');
    await rm(join(root, 'cli', 'main.ts'));
    expect(await build()).toBe(true);
    expect(await readFile(join(root, 'dist', 'main.js'), 'utf8')).toBe('whole');
  });
});
