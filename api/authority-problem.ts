import { X509Certificate } from 'node:crypto';

/** Why a text cannot be the authorities that an admin wants to be trusted; null when it can. */
export const authorityProblem = (pem: string | null | undefined): string | null => {
  if (!pem) return null;
  if (pem.includes('PRIVATE KEY-----')) return 'holds a private key; send the certificate of the authority alone';
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----" and so on)';
  const broken = blocks.findIndex((block) => !isCertificate(block));
  return broken < 0 ? null : `certificate ${broken + 1} of ${blocks.length} in it cannot be read; copy it anew`;
};

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
