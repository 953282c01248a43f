import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
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

/** A flow that calls another: its file, and the place the other’s nodes are named after there. */
export interface FlowCaller {
  caller: string;
  /** `greet`, or `morning/greet` for a caller's caller. */
  at: string;
  flow: Flow;
}

/**
 * The flows of the same folder that call the one with this id, and those that call these. Files that hold no flow are
 * not among them.
 */
export async function callersBeside(file: string, id: string): Promise<FlowCaller[]> {
  const folder = dirname(file);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.endsWith('.test.json'));
  const flows = await Promise.all(
    names.map(async (name) => ({
      caller: join(folder, name),
      flow: parseFlow(await readText(join(folder, name))).flow,
    })),
  );
  const callersOf = (called: string, behind: string, chain: string[]): FlowCaller[] =>
    flows.flatMap(({ caller, flow }) => {
      if (!flow || chain.includes(flow.id)) return [];
      const places = callsOf(flow).flatMap(({ node, calls }) => (calls === called ? [`${node}${behind}`] : []));
      return places.flatMap((at) => [{ caller, at, flow }, ...callersOf(flow.id, `/${at}`, [...chain, flow.id])]);
    });
  return callersOf(id, '', [id]);
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
