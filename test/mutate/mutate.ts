/**
 * `npm run mutate [-- WORD]`: breaks each named line one at a time and runs the tests that must notice. Exit code 1 when
 * a broken line survives. Works on a copy of the tree, so that a stopped run leaves nothing broken behind.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyKnownWords } from '../../config/only-known-words';
import { mutations, type Mutation } from './mutations';

const root = join(__dirname, '..', '..');

function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'ringpost-mutate-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  for (const file of files) {
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Breaks one line, runs its tests, puts it back. Says how it went. */
function tryOne(copy: string, mutation: Mutation): 'noticed' | 'SURVIVED' | 'NOT FOUND' | 'NOT RUN' {
  const path = join(copy, mutation.file);
  const before = readFileSync(path, 'utf8');
  if (!before.includes(mutation.find)) return 'NOT FOUND';
  writeFileSync(
    path,
    before.replace(mutation.find, () => mutation.replace),
  );
  const run = spawnSync(
    join(root, 'node_modules', '.bin', 'jest'),
    ['--testPathPatterns', mutation.tests, '--bail', '--forceExit', '--selectProjects', mutation.project],
    { cwd: copy, encoding: 'utf8', env: { ...process.env, CI: 'true' }, timeout: 600_000 },
  );
  writeFileSync(path, before);
  // Only a test that failed has noticed; a run that could not begin says nothing.
  const [, failed] = /^Tests:.*?(\d+) failed/m.exec(run.stderr) ?? [];
  if (run.status !== 0) return failed === undefined ? 'NOT RUN' : 'noticed';
  return 'SURVIVED';
}

function main(words: string[]): number {
  const wanted = mutations.filter((each) => words.every((word) => each.name.includes(word)));
  const copy = copyOfTree();
  let bad = 0;
  try {
    for (const mutation of wanted) {
      const began = Date.now();
      const outcome = tryOne(copy, mutation);
      if (outcome !== 'noticed') bad += 1;
      const seconds = Math.round((Date.now() - began) / 1000);
      process.stdout.write(`${outcome.padEnd(10)} ${mutation.name} (${mutation.file}; ${seconds} s)\n`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  process.stdout.write(`${wanted.length - bad} of ${wanted.length} broken lines were noticed.\n`);
  return bad === 0 ? 0 : 1;
}

const words = process.argv.slice(2);
onlyKnownWords(words, { usage: 'npm run mutate [-- WORDS OF A NAME]', words: true });
process.exit(main(words));
