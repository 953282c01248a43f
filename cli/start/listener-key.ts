import { join } from 'node:path';
import { selfSignedCertificate, type TlsPair } from '../../mail/receivers/self-signed';
import { readIfThere, writeWholeFile } from '../../servers/whole-file';

/**
 * Key and certificate of the SMTP listener, made once and kept in the data folder (0600), so that no start changes them. A
 * file that is damaged is made anew: nobody checks this certificate (RFC 7435), and mail must come in.
 */
export async function listenerKey(dataDir: string, name: string): Promise<TlsPair> {
  const path = join(dataDir, 'smtp-tls.json');
  const known = read(await readIfThere(path));
  if (known !== null) return known;
  const pair = selfSignedCertificate(name);
  await writeWholeFile(path, JSON.stringify(pair));
  return pair;
}

function read(text: string | null): TlsPair | null {
  try {
    const { key, cert } = Object(JSON.parse(text ?? '')) as Partial<TlsPair>;
    return key && cert ? { key, cert } : null;
  } catch {
    return null;
  }
}
