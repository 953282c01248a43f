import { SchemaTooNew, WrongSecretKey } from '../errors';
import type { MetaFacts } from '../meta';
import { asked, type Create } from './asking';

/** Version of all documents together; raised with the first change that needs old documents rewritten. */
export const SCHEMA_VERSION = 1;

/** What `migrate` works on. */
export interface MigratePorts {
  meta: MetaFacts;
  /** Tells one secret key from another without giving it away. */
  keyFingerprint: string;
  /** Names of the collections that are there. */
  there: () => Promise<string[]>;
  creates: Create[];
}

/** Makes what is missing; may run again. `SchemaTooNew` and `WrongSecretKey` when the data is not for us. */
export async function migrate({ meta, keyFingerprint, there, creates }: MigratePorts): Promise<void> {
  const found = (await meta.get('schema'))?.number ?? 0;
  if (found > SCHEMA_VERSION) throw new SchemaTooNew(found, SCHEMA_VERSION);
  if ((await meta.textOnce('secretKey', keyFingerprint)) !== keyFingerprint) throw new WrongSecretKey();
  const names = new Set(await asked(there));
  await Promise.all(creates.map((create) => create(names)));
  await meta.raise('schema', SCHEMA_VERSION);
}
