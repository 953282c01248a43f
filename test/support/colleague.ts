/** People of the desk, who know nothing but the API. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Product } from './product';

/** What came back for a request, refusals too. */
export interface Answer<T = unknown> {
  status: number;
  body: T;
}

/** A refusal as the API words it (RFC 9457, with our catalogue's code). */
export interface Problem {
  code: string;
  detail: string;
  by?: string;
  at?: string;
}

/** Somebody who is signed in. */
export interface Colleague {
  readonly id: string;
  /** Any request; refusals are answers too. `key` is the Idempotency-Key. */
  ask<T = Problem>(method: string, path: string, body?: unknown, key?: string): Promise<Answer<T>>;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown, key?: string): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  /** Sends a file. */
  upload<T>(path: string, file: { text: string; type: string }): Promise<T>;
}

/** Signs somebody in by address and password. */
export async function signedIn(product: Product, who: { id: string; email: string; password: string }) {
  const { id, email, password } = who;
  const answer = await fetch(`${product.runtime.api}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`${id} could not sign in: ${await answer.text()}`);
  const { csrf } = (await answer.json()) as { csrf: string };
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]);
  return colleague(product, id, { cookie: cookie.join('; '), 'x-csrf-token': csrf });
}

/** Signs in one of the demo workspace: sam (supervisor), ann, bob (agents). */
export async function demoColleague(product: Product, id: 'sam' | 'ann' | 'bob'): Promise<Colleague> {
  const who = product.runtime.demo?.signIns.find((each) => each.id === id);
  if (!who) throw new Error(`The demo workspace has no ${id}.`);
  return signedIn(product, who);
}

/** Signs the first admin in, by the link that the first start left in a file. */
export async function firstAdmin(product: Product): Promise<Colleague> {
  const link = await readFile(join(product.dataDir, 'first-admin-link.txt'), 'utf8');
  const password = await setPassword(product, link.trim().split('#')[1] ?? '');
  return signedIn(product, { id: 'admin', email: 'admin@localhost', password });
}

/** Adds an agent by invitation, as an admin does, and signs him in. */
export async function newAgent(product: Product, admin: Colleague, id: string, more: object = {}): Promise<Colleague> {
  const email = `${id}@localhost`;
  const name = `${id.charAt(0).toUpperCase()}${id.slice(1)} Agent`;
  const invited = { id, email, name, role: 'agent', ...more };
  const { invitation } = await admin.post<{ invitation: { token: string } }>('/v1/users', invited);
  return signedInByLink(product, id, invitation.token);
}

/** Sets the password of `<id>@localhost` by the token of a link, and signs in with it. */
export async function signedInByLink(product: Product, id: string, token: string): Promise<Colleague> {
  return signedIn(product, { id, email: `${id}@localhost`, password: await setPassword(product, token) });
}

async function setPassword(product: Product, token: string): Promise<string> {
  const password = randomBytes(12).toString('base64url');
  const answer = await fetch(`${product.runtime.api}/v1/password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password }),
  });
  if (!answer.ok) throw new Error(`The password could not be set: ${await answer.text()}`);
  return password;
}

/** A program that shows an API token. */
export const colleagueByToken = (product: Product, id: string, token: string): Colleague =>
  colleague(product, id, { authorization: `Bearer ${token}` });

function colleague(product: Product, id: string, credentials: Record<string, string>): Colleague {
  async function ask<T>(method: string, path: string, body?: unknown, key?: string): Promise<Answer<T>> {
    const answer = await fetch(`${product.runtime.api}${path}`, {
      method,
      headers: {
        ...credentials,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }
  async function upload<T>(path: string, { text, type }: { text: string; type: string }): Promise<T> {
    const headers = { ...credentials, 'content-type': type };
    const answer = await fetch(`${product.runtime.api}${path}`, { method: 'POST', headers, body: text });
    if (!answer.ok) throw new Error(`${id}: the file was not taken: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  async function must<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
    const answer = await ask<T>(method, path, body, key);
    if (answer.status < 300) return answer.body;
    throw new Error(`${id}: ${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return {
    id,
    ask,
    get: (path) => must('GET', path),
    post: (path, body = {}, key) => must('POST', path, body, key),
    put: (path, body) => must('PUT', path, body),
    patch: (path, body) => must('PATCH', path, body),
    upload,
  };
}
