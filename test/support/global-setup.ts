import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../config';
import { startServers, type StartedServers } from '../../servers/start-servers';
import { prepareTestServer } from '../../servers/test-server';
import { buildBundle } from '../../worker/build-bundle';
import { buildProduct } from './build-product';
import { HANDED_OVER, type TestServers } from './servers';

declare global {
  var serversOfThisRun: { servers: StartedServers; folder: string } | undefined;
}

const WORKFLOWS = join(__dirname, '..', '..', 'workflows', 'index.ts');

/** Jest's patterns of this run, as far as this file looks at them. */
interface WantedFiles {
  readonly testPathPatterns?: { readonly patterns: readonly string[] };
}

/**
 * Starts the servers once for the whole run, on free ports and a folder of its own, and bundles the workflows once. The
 * product is built where the run may hold a file that starts it; `startProduct` builds it anywhere else.
 */
export async function startForTests(wanted: WantedFiles = {}): Promise<void> {
  const { cacheDir, downloads, temporalAddress, mongoUri } = readConfig(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'ringpost-tests-'));
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
    if (/building|fetching|downloading|ended|starting it again/.test(line)) process.stderr.write(`${line}\n`);
  };
  const patterns = wanted.testPathPatterns?.patterns ?? [];
  const startsProduct = patterns.length === 0 || patterns.some((each) => /scenarios|cli/.test(each));
  const [testServerPath, bundle, servers] = await Promise.all([
    prepareTestServer({ log, cacheDir, downloads }),
    bundleWorkflows(join(folder, 'workflow-bundle.js')),
    startServers({ dataDir: folder, fsync: false, cacheDir, downloads, temporalAddress, mongoUri, log }),
    // Who starts the product tries again and is told why it cannot be built; the other tests run without it.
    startsProduct ? buildProduct().catch(() => undefined) : undefined,
  ]).catch((failure: unknown) => {
    process.stderr.write(`${lines.join('\n')}\n`);
    throw failure;
  });
  globalThis.serversOfThisRun = { servers, folder };
  const { temporalAddress: temporal, namespace, mongoUri: mongo } = servers;
  const addresses: TestServers = { mongoUri: mongo, temporalAddress: temporal, namespace, testServerPath, ...bundle };
  process.env[HANDED_OVER] = JSON.stringify(addresses);
}

/** A bundle that does not build is told to the tests that ask for it, not to all. */
async function bundleWorkflows(path: string): Promise<{ workflowBundlePath: string; bundleFailure: string }> {
  if (!existsSync(WORKFLOWS)) return { workflowBundlePath: '', bundleFailure: 'workflows/index.ts is not there' };
  try {
    return { workflowBundlePath: await buildBundle(path), bundleFailure: '' };
  } catch (failure) {
    return { workflowBundlePath: '', bundleFailure: String(failure).slice(0, 4000) };
  }
}

// Jest takes the default export of a set-up file.
// oxlint-disable-next-line import/no-default-export
export default startForTests;
