import { SchemaTooNew, WrongSecretKey } from '../errors';
import type { MetaFacts } from '../meta';
import type { Secrets } from '../secrets';

/** Version of all documents together; raised with the first change that needs old documents rewritten. */
export const SCHEMA_VERSION = 1;

interface Creatable {
  create(): Promise<void>;
}

/** Every collection found in the store's objects (`collection`, or `collections`). */
function creatables(parts: Record<string, unknown>): Creatable[] {
  const found: Creatable[] = [];
  for (const part of Object.values(parts)) {
    if (typeof part !== 'object' || part === null) continue;
    if ('collection' in part) found.push(part.collection as Creatable);
    if ('collections' in part) found.push(...(part.collections as Creatable[]));
  }
  return found;
}

/** Makes what is missing; refuses data of a newer release or of another secret key. */
export async function migrate(parts: { meta: MetaFacts; secrets: Secrets } & Record<string, unknown>): Promise<void> {
  const { meta, secrets } = parts;
  await meta.collection.create();
  const found = (await meta.get('schema'))?.number ?? 0;
  if (found > SCHEMA_VERSION) throw new SchemaTooNew(found, SCHEMA_VERSION);
  const fingerprint = secrets.digest('fingerprint', 'ringpost');
  if ((await meta.textOnce('secretKey', fingerprint)) !== fingerprint) throw new WrongSecretKey();
  for (const collection of creatables(parts)) await collection.create();
  await meta.raise('schema', SCHEMA_VERSION);
}
