import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Makes `folder` by filling a fresh folder beside it and renaming that: it is whole or absent, also when two
 * processes build at once or one is killed. Does nothing when it is already there.
 */
export async function fillOnce(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(join(dirname(folder), '.making-'));
  try {
    await fill(temporary);
    await rename(temporary, folder).catch((failure: NodeJS.ErrnoException) => {
      if (failure.code !== 'ENOTEMPTY' && failure.code !== 'EEXIST') throw failure;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
