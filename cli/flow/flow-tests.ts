import { existsSync } from 'node:fs';
import { checkFlow, parseFlow, type Flow, type FlowTests } from '../../flows';
import { readText, testsBeside, Unreadable, type FlowFile } from './flow-files';

/** The flow of a file that can be played, though it may have other faults. @throws Unreadable with its first fault */
export function playable({ file, text }: FlowFile): Flow {
  const { flow, findings } = parseFlow(text);
  if (flow) return flow;
  const [first] = findings;
  throw new Unreadable(
    `${file} cannot be played: ${first ? `${first.line}:${first.column} ${first.code} ${first.message}` : 'it is no flow.'}`,
  );
}

/** The tests beside a flow; null when there are none. @throws Unreadable when the file holds no tests */
export async function readTests(file: string): Promise<FlowTests | null> {
  const beside = testsBeside(file);
  if (file === '-' || beside === file || !existsSync(beside)) return null;
  const text = await readText(beside);
  const [notJson] = checkFlow(text).filter(({ code }) => code === 'E101' || code === 'E102');
  if (notJson) throw new Unreadable(`${beside}: ${notJson.line}:${notJson.column} ${notJson.message}`);
  const tests: unknown = JSON.parse(text);
  if (!holdsTests(tests)) {
    throw new Unreadable(`${beside} holds no tests: { "tests": [{ "title": …, "expect": { … } }] } is expected.`);
  }
  return tests;
}

function holdsTests(value: unknown): value is FlowTests {
  if (typeof value !== 'object' || value === null || !('tests' in value) || !Array.isArray(value.tests)) return false;
  return value.tests.every(
    (test: unknown) =>
      typeof test === 'object' &&
      test !== null &&
      'title' in test &&
      typeof test.title === 'string' &&
      'expect' in test &&
      typeof test.expect === 'object' &&
      test.expect !== null,
  );
}
