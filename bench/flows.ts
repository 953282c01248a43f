import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchSize, Figure } from './figure';
import type { Subject } from './subject';

/** Checks, simulations and patterns, in a process of its own that runs what is shipped: compiled, and nothing beside it. */
export async function flows(_subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const root = join(__dirname, '..');
  const compiled = join(root, 'dist', 'bench', 'flow-figures.js');
  const { stdout } = await promisify(execFile)(process.execPath, [compiled, ...(quick ? ['--quick'] : [])], {
    cwd: root,
  });
  return JSON.parse(stdout) as Figure[];
}
