import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Where the build puts the workflow bundle, and where a worker started from `dist/` looks for it. */
export const bundlePath = join(__dirname, '..', 'workflow-bundle.js');

/** Bundles `workflows/` for the sandbox once, so that a start does not wait for webpack. */
export async function buildBundle(target: string = bundlePath): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    // Pure modules without state: evaluated once for all runs, not once for each.
    preloadModules: [require.resolve('../flows/step'), require.resolve('../flows/rest')],
    logger: {
      log() {},
      trace() {},
      debug() {},
      info() {},
      warn() {},
      error: process.stderr.write.bind(process.stderr),
    },
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
  return target;
}

if (require.main === module) {
  buildBundle().catch((error: unknown) => {
    process.stderr.write(`The workflow bundle could not be built: ${String(error)}\n`);
    process.exitCode = 1;
  });
}
