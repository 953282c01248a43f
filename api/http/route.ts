/** How a route is declared: one object gives its address, checks, OpenAPI entry and handler. */
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import type { RouteId } from '../access';
import type { ErrorCode } from '../error-catalogue';
import type { Caller } from '../caller';
import type { JsonSchema, Schema, TypeOf } from './schema';

/** Methods the API uses. */
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What one status answers with: JSON, nothing, or bytes of a content type. */
export type AnswerKind = Schema<unknown> | 'nothing' | { contentType: string; description: string };

type Answers = Record<number, AnswerKind>;
type Headers = Record<string, string>;

/** A reply that fits the declared answers. */
export type ReplyOf<A> = {
  [S in keyof A & number]: A[S] extends Schema<infer T>
    ? { status: S; body: T; headers?: Headers }
    : A[S] extends 'nothing'
      ? { status: S; headers?: Headers }
      : { status: S; stream: Readable | Buffer; headers?: Headers } | { status: S; taken: true };
}[keyof A & number];

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** One request, checked: what a handler works with. */
export interface Call<Path extends string = string, Q = unknown, B = unknown> {
  params: Record<ParamNames<Path>, string>;
  query: Q;
  body: B;
  /** Who asks; throws `not-signed-in` on a route for anyone when nobody is signed in. */
  readonly caller: Caller;
  /** The Idempotency-Key the client sent, or one made for it. */
  key: string;
  request: Request;
  response: Response;
}

/** What a route declares. Paths are written as in OpenAPI: `/v1/groups/{id}`. */
export interface RouteDeclaration<
  Path extends string,
  Q extends Schema<unknown>,
  B extends Schema<unknown>,
  A extends Answers,
> {
  id: RouteId;
  method: Method;
  path: Path;
  tag: string;
  summary: string;
  description?: string;
  query?: Q;
  body?: B;
  /** The body is a file of this greatest size; the handler reads `request` itself. */
  file?: { maxBytes: number; description: string };
  /** An example of the body. */
  example?: TypeOf<B>;
  answers: A;
  errors?: readonly ErrorCode[];
  handle: (call: Call<Path, TypeOf<Q>, TypeOf<B>>) => Promise<ReplyOf<A>>;
}

/** A declared route, its types forgotten; what `app.ts` lists and `mount.ts` and `openapi.ts` read. */
export interface Route {
  id: RouteId;
  method: Method;
  path: string;
  tag: string;
  summary: string;
  description?: string;
  query?: JsonSchema;
  body?: JsonSchema;
  file?: { maxBytes: number; description: string };
  example?: unknown;
  answers: Record<number, AnswerKind>;
  errors: readonly ErrorCode[];
  handle: (call: Call) => Promise<AnyReply>;
}

/** Any reply, as it is written to the wire. */
export interface AnyReply {
  status: number;
  headers?: Headers;
  body?: unknown;
  stream?: Readable | Buffer;
  /** The handler has taken over the response (a stream of events). */
  taken?: true;
}

/** Declares a route. */
export const route = <
  const Path extends string,
  Q extends Schema<unknown>,
  B extends Schema<unknown>,
  const A extends Answers,
>(
  declaration: RouteDeclaration<Path, Q, B, A>,
): Route => {
  const { query, body, errors, handle, ...rest } = declaration;
  return {
    ...rest,
    ...(query ? { query: query.json } : {}),
    ...(body ? { body: body.json } : {}),
    errors: errors ?? [],
    // The mount checks query and body against the very schemas the types come from.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    handle: (call) => handle(call as Call<Path, TypeOf<Q>, TypeOf<B>>),
  };
};

/** Replies 200. */
export const ok = <T>(body: T, headers?: Headers): { status: 200; body: T; headers?: Headers } => ({
  status: 200,
  body,
  ...(headers ? { headers } : {}),
});

/** Replies 201 with the address of what was made. */
export const created = <T>(body: T, location: string): { status: 201; body: T; headers: Headers } => ({
  status: 201,
  body,
  headers: { Location: location },
});

/** Replies 204. */
export const nothing = (): { status: 204 } => ({ status: 204 });

/** Replies 200 with bytes; the headers say what they are. */
export const file = (
  stream: Readable | Buffer,
  headers: Headers,
): { status: 200; stream: Readable | Buffer; headers: Headers } => ({
  status: 200,
  stream,
  headers,
});
