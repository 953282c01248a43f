import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fillOnce } from './cache-folder';
import { firstWay, type Log } from './first-way';
import { findProgram, officialDownload } from './official-download';
import { onPath, runTool } from './run-tool';

/** The newest Temporal CLI that `go install` accepts; later ones have a `replace` directive. Holds server 1.29.1. */
const TEMPORAL_CLI_VERSION = '1.5.1';

const BUILD_MS = 30 * 60_000;
const DOWNLOADED = /^temporal(-cli)?[^.]*(\.exe)?$|^temporal-.*-\d+\.\d+\.\d+$/;

/** Where to look for a program and where to leave one. */
export interface ProgramSearch {
  readonly cacheDir: string;
  /** False skips the official download (air-gapped machines, tests). */
  readonly downloads: boolean;
  readonly log: Log;
}

/**
 * Finds or makes the Temporal CLI: PATH, cache folder, official download, `go install` (some minutes, once).
 *
 * @throws NoServerAvailable
 */
export async function findTemporal(search: ProgramSearch): Promise<{ command: string; way: string }> {
  const built = join(search.cacheDir, 'temporal', TEMPORAL_CLI_VERSION);
  const downloads = join(search.cacheDir, 'temporal', 'download');
  const { found, way } = await firstWay({
    what: 'Temporal',
    log: search.log,
    install: `Install the Temporal CLI (\`temporal\` on PATH), or Go 1.24 or newer, or set TEMPORAL_ADDRESS`,
    ways: [
      { name: 'PATH', find: async () => orNot(await onPath('temporal'), 'no program `temporal`') },
      {
        name: `cache folder ${search.cacheDir}`,
        find: async () => {
          const binary = join(built, 'temporal');
          return orNot(existsSync(binary) ? binary : await findProgram(downloads, DOWNLOADED), 'nothing there yet');
        },
      },
      { name: 'official download', find: async () => download(downloads, search) },
      { name: 'Go', find: async () => build(built, search) },
    ],
  });
  return { command: found, way };
}

async function download(folder: string, search: ProgramSearch): Promise<{ found: string } | { because: string }> {
  if (!search.downloads) return { because: 'switched off' };
  const found = await officialDownload({
    label: 'Temporal: downloading',
    host: 'https://temporal.download',
    library: require.resolve('@temporalio/testing'),
    script: `
      require('node:fs').mkdirSync(folder, { recursive: true });
      const executable = { type: 'cached-download', downloadDir: folder };
      const environment = await library.TestWorkflowEnvironment.createLocal({ server: { executable } });
      await environment.teardown();`,
    folder,
    program: DOWNLOADED,
    log: search.log,
  });
  return { found };
}

async function build(folder: string, search: ProgramSearch): Promise<{ found: string } | { because: string }> {
  const go = await onPath('go');
  if (go === null) return { because: 'no program `go`' };
  search.log(`Temporal: building ${TEMPORAL_CLI_VERSION} with Go, once; this takes three to five minutes on two cores`);
  await fillOnce(folder, async (temporary) => {
    await runTool({
      // `env` sets what Go needs without this file reading the environment. No C compiler is needed.
      command: 'env',
      args: [
        `GOBIN=${temporary}`,
        'CGO_ENABLED=0',
        go,
        'install',
        '-v',
        `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`,
      ],
      label: 'Temporal: building',
      timeoutMs: BUILD_MS,
      log: search.log,
    });
  });
  return { found: join(folder, 'temporal') };
}

function orNot(path: string | null, because: string): { found: string } | { because: string } {
  return path === null ? { because } : { found: path };
}
