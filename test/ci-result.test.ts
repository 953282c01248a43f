import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Status = 'passed' | 'failed' | 'pending';

describe('the result of .ci/run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringpost-ci-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const jest = (name: string, suites: Record<string, Status[]>): string => {
    const path = join(folder, name);
    const testResults = Object.entries(suites).map(([file, tests]) => ({
      name: file,
      status: tests.includes('failed') || tests.length === 0 ? 'failed' : 'passed',
      startTime: 0,
      endTime: 2000,
      message: 'cannot be loaded',
      assertionResults: tests.map((status, n) => ({
        status,
        fullName: `${file} ${n}`,
        failureMessages: ['was 1\nnot 2'],
      })),
    }));
    writeFileSync(path, JSON.stringify({ testResults }));
    return path;
  };
  const run = (...args: string[]) => {
    const { stdout, status } = spawnSync(process.execPath, [join(__dirname, '..', '.ci', 'result.js'), ...args]);
    const lines = stdout.toString().trim().split('\n');
    return { lines, last: lines.at(-1), status };
  };
  const none = (): string => join(folder, 'not-there.json');

  it('counts what passed, and ends with 0', () => {
    const first = jest('first', { a: ['passed', 'pending'], b: ['passed'] });
    expect(run('count', first, none(), '0', '0')).toMatchObject({ last: '2 passed, 0 failed', status: 0 });
    expect(run('again', first).lines).toEqual(['']);
  });

  it('counts the second try, names the file and tells the first one', () => {
    const first = jest('first', { a: ['passed', 'failed'], b: ['passed'] });
    expect(run('again', first).lines).toEqual(['a']);
    const second = jest('second', { a: ['passed', 'passed'] });
    const { lines, last, status } = run('count', first, second, '1', '0');
    expect({ last, status }).toEqual({ last: '3 passed, 0 failed', status: 0 });
    const told = lines.join('\n');
    expect(told).toContain(
      'SECOND TRY, alone, of a. What failed is to be mended:\n  PASSED: a 1. At the first try:\n    was 1',
    );
  });

  it('counts test by test, and tells what failed at the second try only', () => {
    const first = jest('first', { a: ['passed', 'failed', 'failed'] });
    const second = jest('second', { a: ['failed', 'passed', 'failed'] });
    const { lines, last, status } = run('count', first, second, '1', '0');
    expect({ last, status }).toEqual({ last: '2 passed, 1 failed', status: 1 });
    expect(lines).toEqual(
      expect.arrayContaining([
        '  FAILED AT THE SECOND TRY ONLY: a 0',
        '  PASSED: a 1. At the first try:',
        '  FAILED AGAIN: a 2. At the first try:',
        'failed: a 2',
      ]),
    );
  });

  it('fails for what failed twice', () => {
    const first = jest('first', { a: ['passed', 'failed'] });
    const second = jest('second', { a: ['passed', 'failed'] });
    const { lines, last, status } = run('count', first, second, '1', '0');
    expect({ last, status }).toEqual({ last: '1 passed, 1 failed', status: 1 });
    expect(lines).toContain('failed: a 1');
  });

  it('tries nothing again where more than three files failed', () => {
    const first = jest('first', { a: ['failed'], b: ['failed'], c: ['failed'], d: ['failed'], e: ['passed'] });
    expect(run('again', first).lines).toEqual(['']);
    expect(run('count', first, none(), '1', '0')).toMatchObject({ last: '1 passed, 4 failed', status: 1 });
  });

  it.each([
    ['a file that could not be loaded', { a: ['passed'], b: [] }, '1', '0', '1 passed, 1 failed'],
    ['tests that ended badly without a failure', { a: ['passed'] }, '124', '0', '1 passed, 1 failed'],
    ['checks that failed', { a: ['passed'] }, '0', '1', '1 passed, 1 failed'],
    ['no test at all', {}, '0', '0', '0 passed, 1 failed'],
  ] as [string, Record<string, Status[]>, string, string, string][])(
    'fails for %s',
    (_, suites, tests, checks, last) => {
      expect(run('count', jest('first', suites), none(), tests, checks)).toMatchObject({ last, status: 1 });
    },
  );

  it('fails where jest wrote nothing', () => {
    expect(run('count', none(), none(), '137', '0')).toMatchObject({ last: '0 passed, 1 failed', status: 1 });
  });
});
