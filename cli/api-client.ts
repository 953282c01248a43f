/** A small client of the API for commands: signs in with a password, then speaks JSON. */
export interface ApiClient {
  /** The session cookie, for streams. */
  cookie: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown, key?: string): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
}

/** The API refused; the sentence is its own. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
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
  const ask = (path: string, request: RequestInit): Promise<Response> =>
    fetch(`${api}${path}`, request).catch((cause: unknown) => {
      throw new ApiAway(api, { cause });
    });
  const answer = await ask('/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: who.email, password: who.password }),
  });
  const session = await read<{ csrf: string }>(answer);
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const call = async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> =>
    read<T>(
      await ask(path, {
        method,
        headers: {
          cookie,
          'x-csrf-token': session.csrf,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  return {
    cookie,
    get: (path) => call('GET', path),
    post: (path, body, key) => call('POST', path, body ?? {}, key),
    put: (path, body) => call('PUT', path, body),
  };
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  if (answer.ok) return (text === '' ? null : JSON.parse(text)) as T;
  let sentence = `${answer.status} ${answer.statusText}`;
  try {
    const problem = JSON.parse(text) as { title?: string; detail?: string };
    sentence = [problem.title, problem.detail].filter(Boolean).join(' ') || sentence;
  } catch {
    // Not JSON: the status line says enough.
  }
  throw new ApiRefusal(answer.status, sentence);
}
