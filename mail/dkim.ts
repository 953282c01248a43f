import { createPrivateKey } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import DKIM from 'nodemailer/lib/dkim';

/** What signs a channel's mail: the domain, the selector of its DNS record, and the private key in PEM. */
export interface DkimKey {
  domain: string;
  selector: string;
  privateKey: string;
}

/** A channel's DKIM key cannot sign: an admin must give another one. The key itself is never part of the sentence. */
export class UnusableDkimKey extends Error {
  override readonly name = 'UnusableDkimKey';
}

/**
 * Puts a DKIM-Signature (RFC 6376, rsa-sha256, relaxed/relaxed, no time tag so that the same mail signs to the same bytes)
 * before a mail. Throws `UnusableDkimKey` where nodemailer alone would send the mail without a signature.
 */
export async function signDkim(raw: Buffer, key: DkimKey): Promise<Buffer> {
  checkDkimKey(key);
  const signer = new DKIM({ domainName: key.domain, keySelector: key.selector, privateKey: key.privateKey });
  const signed = await buffer(signer.sign(raw));
  if (!signed.subarray(0, 15).equals(Buffer.from('DKIM-Signature:'))) {
    throw new UnusableDkimKey(`The DKIM key of ${key.domain} (selector ${key.selector}) could not sign.`);
  }
  return signed;
}

/** Throws `UnusableDkimKey` unless the key is an unencrypted RSA private key of at least 1,024 bits (RFC 8301). */
function checkDkimKey(key: DkimKey): void {
  const where = `The DKIM key of ${key.domain} (selector ${key.selector})`;
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(key.selector)) {
    throw new UnusableDkimKey(`${where}: the selector may hold only letters, digits, "-", "_" and dots.`);
  }
  const bits = rsaBits(key.privateKey);
  if (bits === null) throw new UnusableDkimKey(`${where} is not an RSA private key in PEM form without a passphrase.`);
  if (bits < 1024) throw new UnusableDkimKey(`${where} has ${bits} bits; receivers refuse less than 1,024.`);
}

function rsaBits(pem: string): number | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? null) : null;
  } catch {
    return null;
  }
}
