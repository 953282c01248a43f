import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { onlyKnownWords } from '../../config/only-known-words';
import { reportBehaviours } from './behaviours';

const root = join(__dirname, '..', '..');

const steps: readonly [name: string, ...command: string[]][] = [
  ['types', 'npm', 'run', '--silent', 'typecheck'],
  ['lint', 'npm', 'run', '--silent', 'lint'],
  ['format', 'npm', 'run', '--silent', 'format'],
  ['unused code', 'npm', 'run', '--silent', 'knip'],
  ['tests', 'npm', 'test'],
  ['build and workflow bundle', 'npm', 'run', '--silent', 'build'],
];

/** `npm run check`: everything CI asks for; `--no-tests` when they have just been run. Ends with 1 when a step fails. */
async function main(args: readonly string[]): Promise<void> {
  const failed: string[] = [];
  for (const [name, command, ...rest] of steps) {
    if (name === 'tests' && args.includes('--no-tests')) continue;
    const startedAt = Date.now();
    const right = await run(command ?? '', rest);
    say(`${right ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    if (!right) failed.push(name);
  }
  const { named, missing, unknown } = reportBehaviours(root);
  say(`\nBehaviours of docs/requirements.md that no test title names (${missing.length}; ${named.length} are named):`);
  for (const line of missing) say(`  ${line}`);
  if (unknown.length > 0) failed.push(`titles name behaviours that do not exist: ${unknown.join(', ')}`);
  say(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join('; ')}.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

async function run(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const words = process.argv.slice(2);
onlyKnownWords(words, { usage: 'npm run check [-- --no-tests]', options: ['--no-tests'] });
void main(words);
