import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import type { HealthLine } from '../../api/ports';

const MB = 2 ** 20;
/** Room for some of the largest mails, and for the operator to come. */
const LEAST_BYTES = 512 * MB;

/** Whether the data folder can be written to, and how much room its disk has: what is full refuses mail with 452. */
export async function diskHealth(dataDir: string, leastBytes = LEAST_BYTES): Promise<HealthLine> {
  const line = (ok: boolean, detail: string): HealthLine => ({ name: 'disk', ok, needed: false, detail });
  try {
    await access(dataDir, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const free = `${Math.floor((bavail * bsize) / MB)} MB are free on the disk of the data folder.`;
    if (bavail * bsize >= leastBytes) return line(true, free);
    return line(false, `Only ${free} Free some: when it is full, mail is put off with 452 and the database ends.`);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return line(
      false,
      `The data folder cannot be written to (${code}), so mail is put off. Let Ringpost's user write there.`,
    );
  }
}
