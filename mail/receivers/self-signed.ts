import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** Key and certificate chain of a listener, both PEM. */
export interface TlsPair {
  key: string;
  cert: string;
}

const dayMs = 24 * 3600 * 1000;

// Object identifiers in DER (RFC 5280, RFC 5758).
const oid = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  subjectAltName: '0603551d11',
  keyUsage: '0603551d0f',
  extendedKeyUsage: '0603551d25',
  serverAuth: '06082b06010505070301',
} as const;

/**
 * Makes a certificate (P-256, ten years) for a listener that was given none: sending servers encrypt with it but do not
 * check it (RFC 7435). The caller keeps it, so that it does not change with every start. Written here because Node makes
 * no certificates and the package `selfsigned` 5.5.0 cannot load its own schemas in the versions the registry gives.
 */
export function selfSignedCertificate(name: string, now: Date = new Date()): TlsPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(hex(oid.ecdsaWithSha256));
  const subject = sequence(der(0x31, sequence(hex(oid.commonName), der(0x0c, Buffer.from(name.slice(0, 64))))));
  // A client whose clock is behind must not find it "not yet valid".
  const validity = sequence(time(new Date(now.getTime() - dayMs)), time(new Date(now.getTime() + 3650 * dayMs)));
  const serial = der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(15)]));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    algorithm,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions(name)),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(certificate),
  };
}

function extensions(name: string): Buffer {
  const altName = isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
  const digitalSignature = der(0x03, Buffer.from([7, 0x80]));
  return sequence(
    sequence(hex(oid.subjectAltName), der(0x04, sequence(altName))),
    sequence(hex(oid.keyUsage), der(0x01, Buffer.from([0xff])), der(0x04, digitalSignature)),
    sequence(hex(oid.extendedKeyUsage), der(0x04, sequence(hex(oid.serverAuth)))),
  );
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
function time(at: Date): Buffer {
  const digits = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
