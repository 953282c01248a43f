import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app';
import { answerBrokenHttp } from './http/broken-http';
import type { ApiPorts } from './ports';

/** A serving API. */
export interface StartedApi {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  port: number;
  /** Takes no new requests, ends the streams, and waits for what is being answered. */
  close(): Promise<void>;
}

const GRACE_MS = 5000;

/** Serves the API on an address; port 0 takes a free one. Rejects when the port is taken. */
export const startApi = async (options: { ports: ApiPorts; host: string; port: number }): Promise<StartedApi> => {
  const { ports, host } = options;
  const server = createServer(createApp(ports));
  // Longer than proxies keep theirs, so that they never send into a closing connection.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 70_000;
  server.on('clientError', answerBrokenHttp);
  const answering = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    answering.add(response);
    response.on('close', () => answering.delete(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = addressOf(server.address());
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        for (const response of answering) if (isStream(response)) response.end();
        server.closeIdleConnections();
      }),
  };
};

function isStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (typeof address === 'object' && address !== null) return address;
  throw new Error('The API listens on no port.');
}
