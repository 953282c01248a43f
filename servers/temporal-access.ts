import { readFile } from 'node:fs/promises';

/** How to reach a Temporal that is not ours, as the settings say it; certificates are files. */
export interface TemporalAccessSettings {
  readonly temporalTls?: boolean | null;
  readonly temporalTlsCa?: string | null;
  readonly temporalTlsCert?: string | null;
  readonly temporalTlsKey?: string | null;
  readonly temporalTlsServerName?: string | null;
  readonly temporalApiKey?: string | null;
}

/** The same as Temporal's clients and workers take it. */
export interface TemporalAccess {
  tls?:
    | true
    | {
        serverNameOverride?: string;
        serverRootCACertificate?: Buffer;
        clientCertPair?: { crt: Buffer; key: Buffer };
      };
  apiKey?: string;
}

/** A certificate or key that the settings name cannot be read; the sentence names setting and file. */
export class UnreadableCertificate extends Error {
  override readonly name = 'UnreadableCertificate';
}

/**
 * Reads the certificates and makes the options of a connection. TLS is on when it is asked for, or when anything of it or
 * an API key is given: a key must not travel in the open.
 *
 * @throws UnreadableCertificate
 */
export async function temporalAccess(settings: TemporalAccessSettings): Promise<TemporalAccess> {
  const { temporalTls, temporalTlsServerName: serverNameOverride, temporalApiKey: apiKey } = settings;
  const [ca, crt, key] = await Promise.all([
    pem('TEMPORAL_TLS_SERVER_CA_CERT_PATH', settings.temporalTlsCa),
    pem('TEMPORAL_TLS_CLIENT_CERT_PATH', settings.temporalTlsCert),
    pem('TEMPORAL_TLS_CLIENT_KEY_PATH', settings.temporalTlsKey),
  ]);
  const details = {
    ...(serverNameOverride ? { serverNameOverride } : {}),
    ...(ca ? { serverRootCACertificate: ca } : {}),
    ...(crt && key ? { clientCertPair: { crt, key } } : {}),
  };
  const encrypted = temporalTls ?? (Object.keys(details).length > 0 || Boolean(apiKey));
  return {
    ...(encrypted ? { tls: Object.keys(details).length > 0 ? details : true } : {}),
    ...(apiKey ? { apiKey } : {}),
  };
}

async function pem(setting: string, path: string | null | undefined): Promise<Buffer | null> {
  if (!path) return null;
  const content = await readFile(path).catch((error: unknown) => {
    throw new UnreadableCertificate(`${setting} names ${path}, which cannot be read: ${String(error)}`);
  });
  if (content.includes('-----BEGIN ')) return content;
  throw new UnreadableCertificate(`${setting} names ${path}, which is no PEM file (it has no "-----BEGIN").`);
}
