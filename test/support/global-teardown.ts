import { rm } from 'node:fs/promises';

/** Ends the servers of this run and removes their folder. */
export async function endAfterTests(): Promise<void> {
  const run = globalThis.serversOfThisRun;
  if (run === undefined) return;
  await run.servers.stop();
  await rm(run.folder, { recursive: true, force: true });
}

// Jest takes the default export of a tear-down file.
// oxlint-disable-next-line import/no-default-export
export default endAfterTests;
