import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The key of secrets at rest: from the settings, else the data folder's own, made once and readable by its owner only. */
export async function secretKeyOf(dataDir: string, given: string | null): Promise<string> {
  if (given !== null) return given;
  const path = join(dataDir, 'secret.key');
  const read = (): Promise<string | null> =>
    readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => null,
    );
  const known = await read();
  if (known) return known;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const aside = `${path}.${process.pid}`;
  const file = await open(aside, 'w', 0o600);
  await file.writeFile(`${randomBytes(32).toString('hex')}\n`);
  await file.sync();
  await file.close();
  // Of two processes that start at once the first one's key stands.
  await link(aside, path).catch(() => undefined);
  await unlink(aside);
  return (await read()) as string;
}
