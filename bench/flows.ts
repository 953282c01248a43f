import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchSize, Figure } from './figure';
import type { Subject } from './subject';

/** Checks, simulations and patterns, in a process of its own that runs what is shipped: compiled, and nothing beside it. */
export function flows(_subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const root = join(__dirname, '..');
  const compiled = join(root, 'dist', 'bench', 'flow-figures.js');
  const told = execFileSync(process.execPath, [compiled, ...(quick ? ['--quick'] : [])], {
    cwd: root,
    encoding: 'utf8',
  });
  return Promise.resolve(JSON.parse(told) as Figure[]);
}
