import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { problemOfWords, type KnownWords } from '../config/only-known-words';

const root = join(__dirname, '..');
const bench: KnownWords = { usage: 'bench', options: ['--quick'], valued: ['--json'], words: ['ingest'] };

test.each<[string, KnownWords, string | null]>([
  ['', bench, null],
  ['--quick --json out.json ingest', bench, null],
  ['--json --quick', bench, '"--json" needs a value behind it.'],
  ['--json', bench, '"--json" needs a value behind it.'],
  ['--quik', bench, 'There is no option "--quik".'],
  ['digest', bench, '"digest" means nothing here.'],
  ['any words', { usage: 'mutate', words: true }, null],
  ['any --words', { usage: 'mutate', words: true }, 'There is no option "--words".'],
  ['now', { usage: 'build' }, '"now" means nothing here.'],
])('of the words "%s" a script knows all or names the first it does not', (words, known, problem) => {
  expect(problemOfWords(words.split(' ').filter(Boolean), known)).toBe(problem);
});

test.each([
  ['test/check/check.ts', 'npm run check'],
  ['test/check/settings-page.ts', 'npm run settings-page'],
  ['test/check/complete-lock.ts', 'npm run complete-lock'],
  ['test/mutate/mutate.ts', 'npm run mutate'],
  ['bench/index.ts', 'npm run bench'],
  ['servers/main.ts', 'npm run servers'],
  ['cli/build.ts', 'npm run build'],
])('%s does nothing when it is given an option it does not know', (script, usage) => {
  const tsx = join(root, 'node_modules', '.bin', 'tsx');
  const { status, stdout, stderr } = spawnSync(tsx, [join(root, script), '--no-such'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('There is no option "--no-such".');
  expect(stderr).toContain(usage);
});
