/** A dev server of its own that asks runs to continue as new after a few events, which elsewhere takes thousands. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { readConfig } from '../../config';
import { findTemporal } from '../../servers/temporal-program';
import { attributeKeys } from '../../workflows/search-attributes';
import { quietTemporal } from './work';

/** Starts the server of this test file; a run is asked to continue as new once it has `events` events. */
export async function startShortHistories(events: number): Promise<TestWorkflowEnvironment> {
  quietTemporal();
  const { cacheDir, downloads } = readConfig(process.env);
  const { command } = await findTemporal({ cacheDir, downloads, log: () => undefined });
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: command },
      searchAttributes: Object.values(attributeKeys),
      extraArgs: ['--log-level=error', `--dynamic-config-value=limit.historyCount.suggestContinueAsNew=${events}`],
    },
  });
}
