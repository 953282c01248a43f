import { readConfig } from '../config';
import { onlyKnownWords } from '../config/only-known-words';
import { findDatabase } from './database-program';
import { startServers } from './start-servers';
import { findTemporal } from './temporal-program';
import { prepareTestServer } from './test-server';

/** `npm run servers`: starts both servers alone and prints their addresses; `--prepare` only obtains them. */
async function main(args: readonly string[]): Promise<void> {
  const log = (line: string): void => void process.stdout.write(`${line}\n`);
  const config = readConfig(process.env);
  if (args.includes('--prepare')) {
    const search = { cacheDir: config.cacheDir, downloads: config.downloads, log };
    await Promise.all([findDatabase({ ...search, kind: null }), findTemporal(search), prepareTestServer(search)]);
    log('Everything needed to run Ringpost and its tests is at hand.');
    return;
  }
  const servers = await startServers({ ...config, log });
  log(`Temporal         ${servers.temporalAddress} (namespace ${servers.namespace})`);
  log(`Temporal Web UI  ${servers.temporalUi}`);
  log(`Database         ${servers.mongoUri} (${servers.mongoKind})`);
  log('Ctrl-C ends both.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void servers.stop().then(() => process.exit(0)));
  }
}

const words = process.argv.slice(2);
onlyKnownWords(words, { usage: 'npm run servers [-- --prepare]', options: ['--prepare'] });
main(words).catch((failure: unknown) => {
  process.stderr.write(`${failure instanceof Error ? failure.message : String(failure)}\n`);
  process.exit(1);
});
