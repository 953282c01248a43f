/** Environment variable by which global set-up hands the addresses over to the test processes. */
export const HANDED_OVER = 'JEST_SERVERS_OF_THIS_RUN';

/** What global set-up hands over. */
export interface TestServers {
  readonly mongoUri: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Script of the time-skipping test server, for `executable: { type: 'existing-path', path }`. */
  readonly testServerPath: string;
  /** File with the code of the workflow bundle, for `workflowBundle: { codePath }`. */
  readonly workflowBundlePath: string;
  /** Why there is no bundle; empty when there is one. */
  readonly bundleFailure: string;
}

/**
 * Addresses of the servers that run for this test run; never a default port.
 *
 * @throws Error when global set-up did not run, or when the workflow bundle is asked for and did not build.
 */
export function testServers(): TestServers {
  const text = process.env[HANDED_OVER];
  if (text === undefined) {
    throw new Error('No servers: global set-up did not run. Run this file in the jest project `real`.');
  }
  const servers: TestServers = JSON.parse(text);
  return {
    ...servers,
    get workflowBundlePath() {
      if (servers.bundleFailure !== '') throw new Error(`The workflow bundle did not build: ${servers.bundleFailure}`);
      return servers.workflowBundlePath;
    },
  };
}
