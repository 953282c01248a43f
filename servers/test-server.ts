import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './cache-folder';
import { firstWay } from './first-way';
import { fetchJars } from './maven';
import { findProgram, officialDownload } from './official-download';
import { onPath } from './run-tool';
import type { ProgramSearch } from './temporal-program';

const TEST_SERVER = { group: 'io.temporal', id: 'temporal-test-server', version: '1.38.0' };
const DOWNLOADED = /^temporal-test-server/;

/**
 * Obtains Temporal's time-skipping test server and returns the path of a program that runs it, for
 * `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`.
 *
 * @throws NoServerAvailable
 */
export async function prepareTestServer(search: ProgramSearch): Promise<string> {
  const base = join(search.cacheDir, 'temporal-test-server');
  const script = join(base, `script-${TEST_SERVER.version}`, 'temporal-test-server');
  const { found } = await firstWay<string>({
    what: 'Temporal test server',
    log: search.log,
    install: 'Install a JDK 17 with Maven',
    ways: [
      {
        name: `cache folder ${search.cacheDir}`,
        find: async () => {
          const path = existsSync(script) ? script : await findProgram(join(base, 'download'), DOWNLOADED);
          return path === null ? { because: 'nothing there yet' } : { found: path };
        },
      },
      {
        name: 'official download',
        find: async () =>
          search.downloads ? { found: await download(join(base, 'download'), search) } : { because: 'switched off' },
      },
      {
        name: 'Maven and a JDK',
        find: async () => {
          if ((await onPath('java')) === null) return { because: 'no program `java`' };
          const jars = join(base, TEST_SERVER.version);
          await fetchJars({ artifact: TEST_SERVER, folder: jars, log: search.log });
          await fillOnce(join(base, `script-${TEST_SERVER.version}`), async (temporary) => {
            const file = join(temporary, 'temporal-test-server');
            await writeFile(file, wrapper(jars));
            await chmod(file, 0o755);
          });
          return { found: script };
        },
      },
    ],
  });
  return found;
}

async function download(folder: string, search: ProgramSearch): Promise<string> {
  return officialDownload({
    label: 'Temporal test server: downloading',
    host: 'https://temporal.download',
    library: require.resolve('@temporalio/testing'),
    script: `
      require('node:fs').mkdirSync(folder, { recursive: true });
      const executable = { type: 'cached-download', downloadDir: folder };
      const environment = await library.TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
      await environment.teardown();`,
    folder,
    program: DOWNLOADED,
    log: search.log,
  });
}

/** Short-lived processes start faster with the first compiler only. */
function wrapper(jars: string): string {
  return `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '${jars}/*' io.temporal.testserver.TestServer "$@"
`;
}
