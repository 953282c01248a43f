import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { WrongSecretKey } from './errors';

/** Seals passwords, tokens and keys for storage. */
export interface Secrets {
  /** AES-256-GCM with a random nonce; text that starts with `v1.`. */
  seal(text: string): string;
  /** Gives the text back; `WrongSecretKey` when it was sealed with another key or changed. */
  open(sealed: string): string;
  /** Keyed digest (hex) for ids made from personal data; `purpose` keeps digests apart. */
  digest(purpose: string, text: string): string;
  /** Key derived for another use (MACs in Message-IDs), hex. */
  derive(purpose: string): string;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Makes the sealer of one key; any string of at least 16 characters will do, 32 random bytes in hex are best. */
export function createSecrets(secretKey: string): Secrets {
  if (secretKey.length < 16) throw new WrongSecretKey();
  const derived = (purpose: string): Buffer => createHmac('sha256', secretKey).update(`ringpost ${purpose}`).digest();
  const key = derived('seal');
  return {
    seal(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
    },
    open(sealed) {
      try {
        const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url');
        const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new WrongSecretKey();
      }
    },
    digest: (purpose, text) => createHmac('sha256', derived(purpose)).update(text).digest('hex'),
    derive: (purpose) => derived(purpose).toString('hex'),
  };
}
