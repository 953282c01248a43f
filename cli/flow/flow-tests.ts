import { existsSync } from 'node:fs';
import { checkFlow, parseFlow, readFlowTests, withoutMark, type Flow, type Finding, type FlowTests } from '../../flows';
import { readText, testsBeside, Unreadable, type FlowFile } from './flow-files';

function inOneLine({ line, column, code, message, suggestion }: Finding): string {
  return [`${line}:${column}`, code, message, suggestion].filter((each) => each !== undefined).join(' ');
}

/** The flow of a file that can be played, though it may have other faults. @throws Unreadable with its first fault */
export function playable({ file, text }: FlowFile): Flow {
  const { flow, findings } = parseFlow(text);
  if (flow) return flow;
  const first = findings.find(({ severity }) => severity === 'error');
  throw new Unreadable(`${file} has to be mended first: ${first ? inOneLine(first) : 'it is no flow.'}`);
}

/** What stands in a file, whatever is wrong with it as a flow. @throws Unreadable when it is no JSON object */
export function comparable({ file, text }: FlowFile): Flow {
  const unreadable = ['E101', 'E102', 'E701'];
  const first = checkFlow(text).find(
    ({ code, pointer }) => unreadable.includes(code) || (code === 'E110' && pointer === ''),
  );
  if (first) throw new Unreadable(`${file}: ${inOneLine(first)}`);
  // Only its parts are compared, and each may be any JSON.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(withoutMark(text)) as Flow;
}

/** The tests beside a flow; null when there are none. @throws Unreadable when the file holds no tests */
export async function readTests(file: string): Promise<FlowTests | null> {
  const beside = testsBeside(file);
  if (file === '-' || beside === file || !existsSync(beside)) return null;
  const text = await readText(beside);
  const [notJson] = checkFlow(text).filter(({ code }) => code === 'E101' || code === 'E102');
  if (notJson) throw new Unreadable(`${beside}: ${notJson.line}:${notJson.column} ${notJson.message}`);
  const read = readFlowTests(text);
  if ('fault' in read) throw new Unreadable(`${beside}: ${read.fault}`);
  return read.tests;
}
