import { resolve } from 'node:path';
import type { FirstRun } from './first-run';
import type { Runtime } from './open-runtime';
import { writeRuntimeFile } from './runtime-file';

/** What is told at the end of a start. */
export interface Announcement {
  runtime: Runtime;
  say(line: string): void;
  apiUrl: string | null;
  smtpPort: number | null;
  made: FirstRun | null;
  sink: string;
}

/** Where the API runs: writes `runtime.json` and prints where everything is, how to sign in, and the next command. */
export async function announce({ runtime, say, apiUrl, smtpPort, made, sink }: Announcement): Promise<void> {
  const { config, servers, role } = runtime;
  if (role !== 'all') say(`Ringpost ${role} runs.`);
  if (apiUrl === null) return;
  // An API by itself names the port on which the intake of the same settings listens.
  const port = smtpPort ?? config.smtpPort;
  const path = await writeRuntimeFile(config.dataDir, {
    pid: process.pid,
    api: apiUrl,
    openapi: `${apiUrl}/openapi.json`,
    smtp: { host: config.smtpBindAddress, port },
    temporal: { address: servers.temporalAddress, namespace: config.namespace, ui: servers.temporalUi },
    mongo: { uri: servers.mongoUri, database: config.mongoDatabase },
    sink,
    demo:
      made && made.demo.length > 0 ? { channel: 'support', address: 'support@localhost', signIns: made.demo } : null,
  });
  say('');
  say(`API              ${apiUrl}  (document: ${apiUrl}/openapi.json)`);
  say(`Mail in (SMTP)   ${config.smtpBindAddress}:${port}${role === 'all' ? '' : '  (when the intake runs)'}`);
  say(`Temporal UI      ${servers.temporalUi || 'where your Temporal has it'}  (namespace ${config.namespace})`);
  if (made?.admin) say(made.admin);
  if (made && made.demo.length > 0) {
    say(`Demo sign-ins    in ${path} (readable by you only)`);
    // In another terminal the folder is another one unless it is named.
    const named = config.dataDir === resolve('data') ? '' : ` -- --data ${config.dataDir}`;
    say(`Next             npm run demo${named}    (in another terminal)`);
  }
  say('Stop             Ctrl-C');
}
