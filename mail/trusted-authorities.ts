import { rootCertificates } from 'node:tls';

/** The certificate authorities to trust when an admin named one of his own: it is added to the system's, never instead. */
export function trustedAuthorities(ca: string | null | undefined): { ca?: string[] } {
  return ca ? { ca: [...rootCertificates, ca] } : {};
}
