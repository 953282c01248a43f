/**
 * Records the runs that every later release must be able to replay: `npx tsx test/replay/record.ts [PART OF A NAME]`.
 * Histories of a release that is in use are never recorded again; they are what the promise is about.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../package.json';
import { startForTests } from '../support/global-setup';
import { endAfterTests } from '../support/global-teardown';
import { found } from '../support/found';
import { historiesFolder, writtenHistory } from './recorded';
import { startStage, type Stage, type Tale } from './stage';
import { tales } from './tales';

async function record(name: string, tale: Tale, folder: string): Promise<void> {
  const stage = await startStage(tale.stage);
  try {
    const told = await tale.play(stage);
    const handle =
      typeof told === 'string'
        ? stage.work.client.workflow.getHandle(told)
        : stage.work.client.workflow.getHandle(told.workflowId, told.runId);
    // The store knows of a burst before Temporal does.
    await found('the task to be told to Temporal', async () => {
      const { raw } = await handle.describe();
      return raw.pendingWorkflowTask ? null : true;
    });
    const history = await handle.fetchHistory();
    const text = writtenHistory(history);
    await writeFile(join(folder, `${name.replace(/\W+/g, '-')}.json`), text);
    process.stdout.write(`${name}: ${history.events?.length ?? 0} events, ${Math.ceil(text.length / 1024)} KiB\n`);
  } finally {
    await endRuns(stage);
    await stage.work.stop();
  }
}

/** Senders and lines have one workflow id per namespace: the next tale needs its own. */
async function endRuns({ work: { client } }: Stage): Promise<void> {
  for await (const { workflowId, status } of client.workflow.list()) {
    if (status.name !== 'RUNNING') continue;
    await client.workflow
      .getHandle(workflowId)
      .terminate('the tale is told')
      .catch(() => undefined);
  }
}

async function main(wanted: string): Promise<void> {
  const folder = join(historiesFolder, version);
  await mkdir(folder, { recursive: true });
  await startForTests({ testPathPatterns: { patterns: ['replay'] } });
  try {
    for (const [name, tale] of Object.entries(tales)) {
      if (name.includes(wanted)) await record(name, tale, folder);
    }
  } finally {
    await endAfterTests();
  }
}

main(process.argv[2] ?? '').then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
