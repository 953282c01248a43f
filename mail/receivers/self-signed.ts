import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** Key and certificate chain of a listener, both PEM. */
export interface TlsPair {
  key: string;
  cert: string;
}

/**
 * Makes a certificate for a listener that was given none: sending servers encrypt with it but do not check it (RFC 7435).
 * Valid for ten years; the caller keeps it, so that it does not change with every start.
 */
export async function selfSignedCertificate(name: string): Promise<TlsPair> {
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A client whose clock is behind must not find it "not yet valid".
    notBeforeDate: new Date(now - 24 * 3600 * 1000),
    notAfterDate: new Date(now + 3650 * 24 * 3600 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [isIP(name) ? { type: 7, ip: name } : { type: 2, value: name }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}
