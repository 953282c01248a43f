import { existsSync } from 'node:fs';
import { checkFlow, parseFlow, readFlowTests, type Flow, type FlowTests } from '../../flows';
import { readText, testsBeside, Unreadable, type FlowFile } from './flow-files';

/** The flow of a file that can be played, though it may have other faults. @throws Unreadable with its first fault */
export function playable({ file, text }: FlowFile): Flow {
  const { flow, findings } = parseFlow(text);
  if (flow) return flow;
  const [first] = findings;
  throw new Unreadable(
    `${file} has to be mended first: ${first ? `${first.line}:${first.column} ${first.code} ${first.message}` : 'it is no flow.'}`,
  );
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
