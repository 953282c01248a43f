/** A small client of the API for commands: signs in with a password, then speaks JSON. */
export interface ApiClient {
  /** The session cookie, for streams. */
  cookie: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown, key?: string): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  remove<T>(path: string): Promise<T>;
}

/** What the API said with a refusal (RFC 9457), as far as commands look at it. */
export interface Refused {
  code?: string;
  title?: string;
  detail?: string;
  findings?: object[];
  tests?: { title: string; failures: string[] }[];
}

/** The API refused; the sentence is its own. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly problem: Refused;
  constructor(status: number, sentence: string, problem: Refused = {}) {
    super(sentence);
    this.status = status;
    this.problem = problem;
  }
}

/** Nothing answers where the API is said to be. */
export class ApiAway extends Error {
  override readonly name = 'ApiAway';
  constructor(api: string, options: ErrorOptions) {
    super(`Ringpost does not answer at ${api}. Is it running? Start it with: npm start`, options);
  }
}

/** Signs in at `api` and answers a client with that session. */
export async function signIn(api: string, who: { email: string; password: string }): Promise<ApiClient> {
  const answer = await ask(api, '/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: who.email, password: who.password }),
  });
  const session = await read<{ csrf: string }>(answer);
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return { cookie, ...clientOf(api, { cookie, 'x-csrf-token': session.csrf }) };
}

/** A client that asks with an API token; there is nothing to sign in to. */
export function withToken(api: string, token: string): TokenClient {
  return clientOf(api.replace(/\/+$/, ''), { authorization: `Bearer ${token}` });
}

/** What a token can ask. */
export type TokenClient = Omit<ApiClient, 'cookie'>;

function clientOf(api: string, credentials: Record<string, string>): TokenClient {
  const call = async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> =>
    read<T>(
      await ask(api, path, {
        method,
        headers: {
          ...credentials,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  return {
    get: (path) => call('GET', path),
    post: (path, body, key) => call('POST', path, body ?? {}, key),
    put: (path, body) => call('PUT', path, body),
    remove: (path) => call('DELETE', path),
  };
}

function ask(api: string, path: string, request: RequestInit): Promise<Response> {
  return fetch(`${api}${path}`, request).catch((cause: unknown) => {
    throw new ApiAway(api, { cause });
  });
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  if (answer.ok) return (text === '' ? null : JSON.parse(text)) as T;
  let sentence = `${answer.status} ${answer.statusText}`;
  let problem: Refused = {};
  try {
    problem = JSON.parse(text) as Refused;
    sentence = [problem.title, problem.detail].filter(Boolean).join('. ') || sentence;
  } catch {
    // Not JSON: the status line says enough.
  }
  throw new ApiRefusal(answer.status, sentence, problem);
}
