/** Another system that flows ask, such as a CRM: a real HTTP server that does what a test tells it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:https';

/** A request as it arrived. */
export interface Heard {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What it does with a request: an answer as JSON, or with a status, headers and text; `silence` never answers. */
export type Does =
  | { json: unknown; status?: number }
  | { status: number; headers?: Record<string, string>; text?: string }
  | 'silence'
  | 'hang up';

/** A running system. */
export interface OtherSystem {
  url: string;
  port: number;
  heard: Heard[];
  /** What it does from now on; a list is used up one by one, the last stays. */
  does(...next: (Does | ((request: Heard) => Does))[]): void;
  stop(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1; with a key and certificate it speaks TLS. */
export async function startOtherSystem(tls?: { key: string; cert: string }): Promise<OtherSystem> {
  const heard: Heard[] = [];
  let plan: (Does | ((request: Heard) => Does))[] = [{ json: {} }];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
    const asked: Heard = {
      method: request.method ?? '',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      body: Buffer.concat(parts).toString('utf8'),
    };
    heard.push(asked);
    const next = plan.length > 1 ? plan.shift() : plan[0];
    const does = typeof next === 'function' ? next(asked) : (next ?? 'silence');
    if (does === 'silence') return;
    if (does === 'hang up') response.destroy();
    else if ('json' in does) {
      response.writeHead(does.status ?? 200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(does.json));
    } else response.writeHead(does.status, does.headers ?? {}).end(does.text ?? '');
  };
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch(() => response.destroy());
  };
  const server = tls ? createTlsServer(tls, listen) : createServer(listen);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    heard,
    does: (...next) => void (plan = next),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
