import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { NativeConnection } from '@temporalio/worker';
import { startServers } from '../../servers/start-servers';
import { temporalAccess } from '../../servers/temporal-access';
import { selfSignedCertificate } from '../../mail/receivers/self-signed';
import { testServers } from '../support/servers';
import { until } from '../support/until';
import { quietTemporal } from '../support/work';

describe('a Temporal behind TLS', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const read = (name: string): Buffer => readFileSync(at(name));
  beforeAll(async () => {
    quietTemporal();
    folder = await mkdtemp(join(tmpdir(), 'ringpost-tls-'));
    for (const name of ['server', 'client']) {
      const { key, cert } = selfSignedCertificate(name === 'server' ? 'temporal.test' : name);
      await writeFile(at(`${name}.key`), key);
      await writeFile(at(`${name}.pem`), cert);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const settings = () => ({
    temporalTlsCa: at('server.pem'),
    temporalTlsServerName: 'temporal.test',
    temporalTlsCert: at('client.pem'),
    temporalTlsKey: at('client.key'),
  });

  /** Ends TLS, as in front of a cluster; wants our certificate from whoever connects. */
  async function startProxy(seen: string[]): Promise<Server> {
    const [host, port] = testServers().temporalAddress.split(':');
    const keys = { key: read('server.key'), cert: read('server.pem') };
    const ours = new X509Certificate(read('client.pem')).fingerprint256;
    const asks = { requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const server = createServer({ ...keys, ...asks }, (socket: TLSSocket) => {
      // Looked at here: what our own maker of certificates makes is for servers.
      const shown = socket.getPeerCertificate().fingerprint256 ?? 'none';
      seen.push(shown === ours ? 'ours' : shown);
      if (shown !== ours) {
        socket.destroy();
        return;
      }
      const inside = connect(Number(port), host);
      for (const [one, other] of [
        [socket, inside],
        [inside, socket],
      ] as const) {
        one.pipe(other);
        one.on('error', () => other.destroy());
      }
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  test('is reached with its authority, its name and our certificate, by client and worker, and prepared', async () => {
    const seen: string[] = [];
    const proxy = await startProxy(seen);
    const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      const connection = await NativeConnection.connect({ address, ...(await temporalAccess(settings())) });
      await connection.close();
      const dataDir = at('data');
      const lines: string[] = [];
      const given = { dataDir, temporalAddress: address, ...settings() };
      const servers = await startServers({ ...given, only: 'temporal', fsync: false, log: (line) => lines.push(line) });
      await servers.stop();
      expect(servers.missingAttributes).toEqual([]);
      expect(seen.length).toBeGreaterThanOrEqual(2);
      expect(new Set(seen)).toEqual(new Set(['ours']));
    } finally {
      proxy.close();
    }
  });

  test('is not trusted without its authority, and does not let us in without our certificate', async () => {
    const proxy = await startProxy([]);
    const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      for (const left of ['temporalTlsCa', 'temporalTlsCert']) {
        const access = await temporalAccess({ ...settings(), [left]: null });
        await expect(NativeConnection.connect({ address, ...access })).rejects.toThrow();
      }
    } finally {
      proxy.close();
    }
  });

  test('hears the API key with every call', async () => {
    const heard: unknown[] = [];
    const server: Http2SecureServer = createSecureServer({ key: read('server.key'), cert: read('server.pem') });
    server.on('stream', (stream, headers) => {
      heard.push([headers.authorization, headers['temporal-namespace']]);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '7' }, { endStream: true });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { temporalTlsCa, temporalTlsServerName } = settings();
    const access = await temporalAccess({ temporalTlsCa, temporalTlsServerName, temporalApiKey: 'secret-key' });
    const connecting = NativeConnection.connect({ address, ...access }).catch(() => null);
    await until('a call was heard', () => heard.length > 0);
    await connecting;
    server.close();
    expect(heard[0]).toEqual(['Bearer secret-key', undefined]);
  });

  test('has its options from the settings alone', async () => {
    const [ca, crt, key] = [read('server.pem'), read('client.pem'), read('client.key')];
    expect(await temporalAccess({})).toEqual({});
    expect(await temporalAccess({ temporalTls: true })).toEqual({ tls: true });
    expect(await temporalAccess({ temporalApiKey: 'key' })).toEqual({ tls: true, apiKey: 'key' });
    expect(await temporalAccess(settings())).toEqual({
      tls: { serverNameOverride: 'temporal.test', serverRootCACertificate: ca, clientCertPair: { crt, key } },
    });
    await expect(temporalAccess({ temporalTlsCa: at('none.pem') })).rejects.toThrow('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
    await expect(temporalAccess({ temporalTlsKey: __filename })).rejects.toThrow('is no PEM file');
  });
});
