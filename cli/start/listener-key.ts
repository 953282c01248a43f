import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSignedCertificate, type TlsPair } from '../../mail/receivers/self-signed';

/** Key and certificate of the SMTP listener, made once and kept in the data folder (0600), so that no start changes them. */
export async function listenerKey(dataDir: string, name: string): Promise<TlsPair> {
  const path = join(dataDir, 'smtp-tls.json');
  const known = await readFile(path, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known) as TlsPair;
  const pair = selfSignedCertificate(name);
  await writeFile(path, JSON.stringify(pair), { mode: 0o600 });
  return pair;
}
