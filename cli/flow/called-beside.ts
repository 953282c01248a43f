import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { callsOf, linkFlow, parseFlow, type CallableFlow, type Flow } from '../../flows';
import { readText, type FlowFile } from './flow-files';

/**
 * The flows that a flow calls, by id, as they stand in `ID.json` of the same folder, with what they call linked in. What
 * does not stand there, or is no flow, is not among them: the call is then answered by whoever plays the flow.
 */
export async function calledBeside(file: string, flow: Flow): Promise<Map<string, CallableFlow>> {
  return file === '-' ? new Map() : calledIn(dirname(file), flow, [flow.id]);
}

/** A flow of a file with what it calls linked in. */
export async function linkedBeside({ file }: FlowFile, flow: Flow): Promise<Flow> {
  return linkFlow(flow, await calledBeside(file, flow));
}

async function calledIn(folder: string, flow: Flow, chain: readonly string[]): Promise<Map<string, CallableFlow>> {
  const called = new Map<string, CallableFlow>();
  for (const id of new Set(callsOf(flow).map(({ calls }) => calls))) {
    const beside = join(folder, `${id}.json`);
    const found = existsSync(beside) ? parseFlow(await readText(beside)).flow : null;
    if (found?.id !== id) continue;
    // A flow that calls one of its callers ends here; E503 says so.
    const whole = chain.includes(id) ? found : linkFlow(found, await calledIn(folder, found, [...chain, id]));
    called.set(id, { flow: whole, revision: 0 });
  }
  return called;
}
