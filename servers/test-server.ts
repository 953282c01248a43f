import { chmod, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fillOnce } from './cache-folder';
import { NoServerAvailable } from './errors';
import type { Log } from './first-way';
import { fetchJars } from './maven';
import { onPath } from './run-tool';
import { defaultCacheDir } from './start-servers';

const TEST_SERVER = { group: 'io.temporal', id: 'temporal-test-server', version: '1.38.0' };

/**
 * Obtains Temporal's time-skipping test server and returns the path of a script that runs it, for
 * `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`.
 *
 * @throws NoServerAvailable when there is no Java or Maven.
 */
export async function prepareTestServer(wish: { log: Log; cacheDir?: string }): Promise<string> {
  const base = join(wish.cacheDir ?? defaultCacheDir(), 'temporal-test-server');
  const jars = join(base, TEST_SERVER.version);
  const script = join(base, `script-${TEST_SERVER.version}`, 'temporal-test-server');
  const java = await onPath('java');
  if (java === null) throw new NoServerAvailable('Temporal test server: no program `java`. Install a JDK 17.');
  if (!existsSync(jars)) {
    await fetchJars({ artifact: TEST_SERVER, folder: jars, log: wish.log }).catch((failure: unknown) => {
      throw new NoServerAvailable(`Temporal test server: ${String(failure)}. Install Maven and a JDK 17.`);
    });
  }
  await fillOnce(join(base, `script-${TEST_SERVER.version}`), async (temporary) => {
    const file = join(temporary, 'temporal-test-server');
    await writeFile(file, wrapper(jars));
    await chmod(file, 0o755);
  });
  return script;
}

/** Short-lived processes start faster with the first compiler only. */
function wrapper(jars: string): string {
  return `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '${jars}/*' io.temporal.testserver.TestServer "$@"
`;
}
