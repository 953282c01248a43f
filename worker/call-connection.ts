import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { ConnectionAnswer, ConnectionRequest } from '../activities/ports';
import type { Json } from '../flows';
import { trustedAuthorities } from '../mail/trusted-authorities';
import type { Secrets } from '../store/secrets';
import type { Connection, ConnectionAuth } from '../store/connections';
import type { HostResolver } from './resolve-host';

/** Largest answer that is read, and largest body that is sent. */
export const MAX_BYTES = 64 * 1024;
const MAX_ADDRESS = 8 * 1024;
const MAX_HEADERS = 16 * 1024;
/** What asks again at the other side whatever it did before. */
const REPEATABLE = new Set(['GET', 'PUT', 'DELETE']);

interface CallPorts {
  secrets: Pick<Secrets, 'open'>;
  resolveHost: HostResolver;
}

type Failed = Extract<ConnectionAnswer, { failed: unknown }>;
type Call = { ports: CallPorts; connection: Connection; request: ConnectionRequest; signal: AbortSignal };

/**
 * Asks another system over a connection: one request on a line of its own to the address that was checked, without proxy,
 * without following redirects, JSON of at most 64 KiB. What goes wrong at the other side is an answer, not an error; it names
 * no address and no word of what was sent or answered.
 */
export function createConnectionCaller(ports: CallPorts) {
  return async (connection: Connection, request: ConnectionRequest): Promise<ConnectionAnswer> => {
    if (!connection.methods.includes(request.method)) return { failed: { code: 'method-not-allowed' } };
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), Math.min(request.timeoutMs, connection.timeoutMs));
    const signal = AbortSignal.any([limit.signal, ...(request.signal ? [request.signal] : [])]);
    try {
      return await within(signal, ask({ ports, connection, request, signal }));
    } catch (error) {
      return signal.aborted ? { failed: { code: 'timed-out', again: true } } : failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function ask(call: Call): Promise<ConnectionAnswer> {
  const { ports, connection, request, signal } = call;
  const url = urlOf(connection.baseUrl, request);
  if (!url) return { failed: { code: 'wrong-path' } };
  const body = request.body === undefined ? null : Buffer.from(JSON.stringify(request.body));
  if (url.href.length > MAX_ADDRESS || (body?.length ?? 0) > MAX_BYTES)
    return { failed: { code: 'request-too-large' } };
  const secure = url.protocol === 'https:';
  if (!secure && !connection.allowInternal) return { failed: { code: 'address-forbidden' } };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (secure ? 443 : 80);
  const address = await ports.resolveHost(host, port, connection.allowInternal);
  const options: RequestOptions & { servername?: string; ca?: string[] } = {
    host: address,
    port,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: headersOf(call, url.host, body),
    agent: false,
    maxHeaderSize: MAX_HEADERS,
    signal,
    ...(secure && !isIP(host) ? { servername: host } : {}),
    ...(secure ? trustedAuthorities(connection.ca) : {}),
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = (secure ? tlsRequest : plainRequest)(options, resolve);
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
  try {
    return await read(answer, request.wantsAnswer);
  } finally {
    answer.destroy();
  }
}

/** The whole address; null when it would not be below the connection's. */
function urlOf(baseUrl: string, { path, query }: ConnectionRequest): URL | null {
  const base = baseUrl.replace(/\/$/, '');
  if (!path.startsWith('/') || !URL.canParse(base + path)) return null;
  const [url, below] = [new URL(base + path), new URL(base)];
  const [at, end] = [url.pathname, below.pathname.replace(/\/$/, '')];
  if (url.origin !== below.origin || !(at === end || at.startsWith(`${end}/`))) return null;
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  return url;
}

function headersOf({ ports, connection, request }: Call, host: string, body: Buffer | null): Record<string, string> {
  return {
    host,
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Ringpost',
    connection: 'close',
    ...(body ? { 'content-type': 'application/json', 'content-length': String(body.length) } : {}),
    ...(REPEATABLE.has(request.method) ? {} : { 'idempotency-key': request.key }),
    ...request.headers,
    ...secretHeader(ports, connection.auth),
  };
}

function secretHeader({ secrets }: CallPorts, auth: ConnectionAuth): Record<string, string> {
  if (auth.kind === 'none') return {};
  const secret = secrets.open(auth.secret);
  if (auth.kind === 'bearer') return { authorization: `Bearer ${secret}` };
  if (auth.kind === 'header') return { [auth.name.toLowerCase()]: secret };
  return { authorization: `Basic ${Buffer.from(`${auth.user}:${secret}`).toString('base64')}` };
}

async function read(answer: IncomingMessage, wanted: boolean): Promise<ConnectionAnswer> {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) return { failed: { code: 'redirected', status } };
  if (status === 429 || status >= 500) {
    const after = Number(answer.headers['retry-after']);
    return { failed: { code: 'status', status, again: true, ...(after > 0 ? { pauseMs: after * 1000 } : {}) } };
  }
  if (status < 200 || status >= 300) return { failed: { code: 'status', status } };
  if (!wanted) return { status, answer: null };
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(answer.headers['content-type'] ?? '')) {
    return { failed: { code: 'not-json', status } };
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer) {
    const chunk: Buffer = part;
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return { failed: { code: 'too-large', status } };
    parts.push(chunk);
  }
  try {
    const parsed: Json = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return { status, answer: parsed };
  } catch {
    return { failed: { code: 'not-json', status } };
  }
}

/** Names are resolved by the system, which nobody can hurry. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const over = new Promise<never>((_, reject) => {
    const end = (): void => reject(new Error('The time is over.'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, over]);
}

const NOT_TRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|EPROTO|ERR_SSL/;

function failureOf(error: unknown): Failed {
  const name = error instanceof Error ? error.name : '';
  if (name === 'ForbiddenHost') return { failed: { code: 'address-forbidden' } };
  if (name === 'WrongSecretKey') return { failed: { code: 'secret-unreadable' } };
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND') return { failed: { code: 'host-unknown' } };
  if (NOT_TRUSTED.test(code)) return { failed: { code: 'not-trusted' } };
  if (code === 'ERR_INVALID_CHAR') return { failed: { code: 'secret-unreadable' } };
  return { failed: { code: 'no-answer', again: true } };
}
