// Reads what jest wrote (`--json`) for `.ci/run`.
//
//   node .ci/result.js again FIRST                       prints the files worth a second try, one a line, or nothing
//   node .ci/result.js count FIRST SECOND TESTS CHECKS    prints the result; its last line is `N passed, N failed`
//
// Why there is a second try: docs/decisions/0190-a-second-try-that-is-told.md.
const { readFileSync } = require('node:fs');

/** So many files may have failed for a second try: more is a fault of the code, not a moment of the machine. */
const MOST_FILES = 3;
const SLOWEST = 12;

const say = (line) => process.stdout.write(`${line}\n`);

const [command, ...args] = process.argv.slice(2);
if (command === 'again') again(args[0]);
else count({ first: args[0], second: args[1], testsExit: args[2], checksExit: args[3] });

function again(file) {
  const failed = (read(file)?.testResults ?? []).filter((suite) => suite.status === 'failed');
  if (failed.length <= MOST_FILES) for (const suite of failed) say(suite.name);
}

function count({ first, second, testsExit, checksExit }) {
  const jest = read(first);
  if (jest === null) say('No result of the tests.');
  const suites = jest?.testResults ?? [];
  const secondTry = new Map((read(second)?.testResults ?? []).map((suite) => [suite.name, suite]));
  tellSlowest(suites);
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const suite of suites) {
    const other = secondTry.get(suite.name);
    if (suite.status === 'failed' && other !== undefined) tellFirst(suite, other);
    // Test by test: one that failed counts as it ended at its second try.
    const again = new Map((other?.assertionResults ?? []).map((test) => [test.fullName, test]));
    const stands = suite.assertionResults.length === 0 && other !== undefined ? other : suite;
    const tests = stands.assertionResults.map((test) =>
      test.status === 'failed' ? (again.get(test.fullName) ?? test) : test,
    );
    const of = (status) => tests.filter((test) => test.status === status);
    passed += of('passed').length;
    skipped += of('pending').length;
    for (const test of of('failed')) say(`failed: ${test.fullName}`);
    failed += Math.max(of('failed').length, tests.length === 0 ? 1 : 0);
  }
  if (testsExit !== '0' && failed === 0 && secondTry.size === 0) failed = 1;
  if (checksExit !== '0') {
    say('npm run check failed');
    failed += 1;
  }
  if (passed === 0 && failed === 0) failed = 1;
  if (skipped > 0) say(`${skipped} skipped`);
  say(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function tellFirst(suite, other) {
  say(`SECOND TRY, alone, of ${suite.name}. What failed is to be mended:`);
  const first = new Map(suite.assertionResults.map((test) => [test.fullName, test]));
  const again = new Map(other.assertionResults.map((test) => [test.fullName, test]));
  for (const test of suite.assertionResults.filter((each) => each.status === 'failed')) {
    say(
      `  ${again.get(test.fullName)?.status === 'passed' ? 'PASSED' : 'FAILED AGAIN'}: ${test.fullName}. At the first try:`,
    );
    const message = (test.failureMessages?.[0] ?? '').split('\n').slice(0, 15);
    for (const line of message) say(`    ${line}`);
  }
  for (const test of other.assertionResults.filter((each) => each.status === 'failed')) {
    if (first.get(test.fullName)?.status === 'passed') say(`  FAILED AT THE SECOND TRY ONLY: ${test.fullName}`);
  }
  if (suite.assertionResults.length === 0) say(`    ${String(suite.message).slice(0, 2000)}`);
}

function tellSlowest(suites) {
  const slowest = suites
    .map((suite) => ({ name: suite.name, seconds: Math.round((suite.endTime - suite.startTime) / 1000) }))
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, SLOWEST);
  say(`slowest files: ${slowest.map(({ name, seconds }) => `${name.split('/test/').pop()} ${seconds} s`).join(', ')}`);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
