import { join } from 'node:path';
import { cachedEmbeddedDatabase, makeEmbeddedDatabase, type EmbeddedDatabase } from './embedded-database';
import { firstWay } from './first-way';
import { findProgram, officialDownload } from './official-download';
import { onPath } from './run-tool';
import type { ProgramSearch } from './temporal-program';

/** Which program reads a data folder; the two write different files, so a folder keeps its first. */
export type DatabaseKind = 'mongod' | 'embedded';

/** A database program that was found. */
export type DatabaseProgram =
  { readonly kind: 'mongod'; readonly command: string } | ({ readonly kind: 'embedded' } & EmbeddedDatabase);

/**
 * Finds or makes a MongoDB-compatible server: `mongod` on PATH, cache folder, official download, Maven and a JDK.
 * With `kind` (the folder already has data) only ways that give this kind are tried.
 *
 * @throws NoServerAvailable
 */
export async function findDatabase(
  search: ProgramSearch & { readonly kind: DatabaseKind | null },
): Promise<DatabaseProgram> {
  const downloads = join(search.cacheDir, 'mongod');
  const mongod = (path: string | null, because: string): { found: DatabaseProgram } | { because: string } =>
    path === null ? { because } : { found: { kind: 'mongod', command: path } };
  const embedded = (program: EmbeddedDatabase | null): { found: DatabaseProgram } | { because: string } =>
    program === null ? { because: 'no embedded database there yet' } : { found: { kind: 'embedded', ...program } };
  const ways = [
    { gives: 'mongod', name: 'PATH', find: async () => mongod(await onPath('mongod'), 'no program `mongod`') },
    {
      gives: 'mongod',
      name: `cache folder ${search.cacheDir}`,
      find: async () => mongod(await findProgram(downloads, /^mongod/), 'no `mongod` there'),
    },
    {
      gives: 'embedded',
      name: `cache folder ${search.cacheDir}`,
      find: async () => embedded(await cachedEmbeddedDatabase(search.cacheDir)),
    },
    {
      gives: 'mongod',
      name: 'official download',
      find: async () =>
        search.downloads ? mongod(await download(downloads, search), '') : { because: 'switched off' },
    },
    {
      gives: 'embedded',
      name: 'Maven and a JDK',
      find: async () => embedded(await makeEmbeddedDatabase(search)),
    },
  ];
  const { found } = await firstWay({
    what: 'Database',
    log: search.log,
    install: 'Install MongoDB 6 or newer (`mongod` on PATH), or a JDK 17 with Maven, or set MONGODB_URI',
    ways: ways.filter((way) => search.kind === null || way.gives === search.kind),
  });
  return found;
}

async function download(folder: string, search: ProgramSearch): Promise<string> {
  return officialDownload({
    label: 'Database: downloading mongod',
    host: 'https://fastdl.mongodb.org',
    library: require.resolve('mongodb-memory-server-core'),
    script: `
      const { MongoBinary } = require(require('node:path').join(require('node:path').dirname(process.argv[1]), 'util/MongoBinary'));
      await MongoBinary.getPath({ downloadDir: folder });`,
    folder,
    program: /^mongod/,
    log: search.log,
  });
}
