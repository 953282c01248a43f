import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './cache-folder';
import type { Log } from './first-way';
import { onPath, runTool } from './run-tool';

const FETCH_MS = 10 * 60_000;

/** One pinned artifact of Maven Central. */
export interface Artifact {
  readonly group: string;
  readonly id: string;
  readonly version: string;
}

/**
 * Copies an artifact and all it depends on into `folder` (whole or not at all; nothing is done when it is there).
 *
 * @throws ToolFailed, or Error when `mvn` is not on PATH.
 */
export async function fetchJars(wish: { artifact: Artifact; folder: string; log: Log }): Promise<void> {
  const mvn = await onPath('mvn');
  if (mvn === null) throw new Error('no program `mvn`');
  const { group, id, version } = wish.artifact;
  wish.log(`Maven: fetching ${id} ${version}`);
  await fillOnce(wish.folder, async (temporary) => {
    const project = join(temporary, 'pom');
    await mkdir(project);
    await writeFile(join(project, 'pom.xml'), pom(group, id, version));
    await runTool({
      command: mvn,
      args: [
        '--batch-mode',
        '--no-transfer-progress',
        'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
        `-DoutputDirectory=${temporary}`,
      ],
      cwd: project,
      label: `Maven: fetching ${id}`,
      timeoutMs: FETCH_MS,
      log: wish.log,
    });
    await rm(project, { recursive: true });
  });
}

function pom(group: string, id: string, version: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ringpost</groupId><artifactId>fetch</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version></dependency>
  </dependencies>
</project>
`;
}
