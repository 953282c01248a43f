import { canonical, parseFlow, readFlowTests, type Finding } from '../../flows';
import { ApiRefusal, type TokenClient } from '../api-client';
import { Unreadable, type FlowFile } from './flow-files';

/** A flow as the server answers it. */
export interface ServerFlow {
  id: string;
  lastRevision: number;
  channels: { channel: string; revision: number }[];
  draft: { sha256: string; by: string; savedAt: string; text: string | null; tests: string | null };
}

/** A file that is to become the draft of a flow. */
export interface Pushed {
  id: string;
  text: string;
  /** The text of the tests beside it; null when there are none. */
  tests: string | null;
}

/** What became of it; `refused` says why nothing was saved. */
export type PushOutcome =
  { saved: boolean; sha256: string; findings: Finding[]; flow: ServerFlow } | { refused: string };

/** How a push guards what is on the server. */
export interface PushGuard {
  /** Digest of the draft the user started from. */
  expected: string | null;
  /** Writes over whatever is there. */
  force: boolean;
}

/** Id under which a file is pushed. @throws Unreadable when it says none */
export function idOf({ file, text }: FlowFile): string {
  const { flow } = parseFlow(text);
  if (flow) return flow.id;
  try {
    const parsed: unknown = JSON.parse(text);
    const id = typeof parsed === 'object' && parsed !== null && 'id' in parsed ? parsed.id : null;
    if (typeof id === 'string' && id !== '') return id;
  } catch {
    // Said below.
  }
  throw new Unreadable(`${file} says no "id", so nobody knows which flow it is.`);
}

/**
 * Saves a flow as the draft of the server. Work of somebody else that was never published is not written over, unless
 * the caller names the draft he started from or means it.
 */
export async function pushFlow(server: TokenClient, pushed: Pushed, guard: PushGuard): Promise<PushOutcome> {
  const path = `/v1/flows/${encodeURIComponent(pushed.id)}`;
  const before = await server.get<ServerFlow>(path).catch(absent);
  const refused = before && !guard.force ? await whyNot(server, before, pushed, guard.expected) : null;
  if (refused !== null) return { refused };
  const unchanged =
    before?.draft.text === pushed.text && (pushed.tests === null || before.draft.tests === pushed.tests);
  if (before && unchanged) {
    const { findings } = await server.post<{ findings: Finding[] }>('/v1/flows/check', { text: pushed.text });
    return { saved: false, sha256: before.draft.sha256, findings, flow: before };
  }
  const body = {
    text: pushed.text,
    ...(pushed.tests === null ? {} : { tests: pushed.tests }),
    ...(before ? { expectedSha256: before.draft.sha256 } : {}),
  };
  const { flow, findings } = await server.put<{ flow: ServerFlow; findings: Finding[] }>(`${path}/draft`, body);
  return { saved: true, sha256: flow.draft.sha256, findings, flow };
}

function absent(error: unknown): null {
  if (error instanceof ApiRefusal && error.status === 404) return null;
  throw error;
}

async function whyNot(
  server: TokenClient,
  { id, draft, lastRevision }: ServerFlow,
  pushed: Pushed,
  expected: string | null,
): Promise<string | null> {
  if (expected !== null) {
    if (draft.sha256 === expected) return null;
    return `the draft on the server is not ${expected} any more: ${draft.by} saved it at ${draft.savedAt}. Pull it, or use --force.`;
  }
  const lost = testsLost(draft.tests, pushed.tests);
  if (lost.length > 0) {
    return `the server holds tests that your file lacks (${lost.slice(0, 3).join('; ')}). Pull them, or use --force.`;
  }
  if (draft.text === pushed.text || (await isPublished(server, id, lastRevision, draft.text ?? ''))) return null;
  return `the draft on the server holds work that was never published: ${draft.by} saved it at ${draft.savedAt}. Pull it, name it with --expected ${draft.sha256}, or use --force.`;
}

async function isPublished(server: TokenClient, id: string, revision: number, text: string): Promise<boolean> {
  if (revision === 0) return false;
  const newest = await server.get<{ text: string }>(`/v1/flows/${encodeURIComponent(id)}/revisions/${revision}`);
  const { flow } = parseFlow(text);
  return newest.text === text || (flow !== null && canonical(flow) === newest.text);
}

/** Titles of tests that stand on the server and would be gone. */
function testsLost(there: string | null, pushed: string | null): string[] {
  if (there === null || pushed === null) return [];
  const titles = (text: string): string[] => {
    const read = readFlowTests(text);
    return 'tests' in read ? read.tests.tests.map(({ title }) => title) : [];
  };
  const known = titles(pushed);
  return titles(there).filter((title) => !known.includes(title));
}
