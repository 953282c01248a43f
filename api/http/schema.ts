/**
 * JSON Schema with a TypeScript type at its side: one declaration gives the check of a request at run time, the
 * OpenAPI document and the type the handler sees, so that the three cannot drift apart.
 */

/** A JSON Schema (2020-12) as data. */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly [keyword: string]: unknown;
}

/** A JSON Schema that describes values of type `T`. */
export interface Schema<T> {
  readonly json: JsonSchema;
  /** Only for the type checker; never set. */
  readonly describes?: T;
}

/** The type a schema describes. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

type Shape = Record<string, Schema<unknown>>;
type Required<S extends Shape> = { [K in keyof S]: TypeOf<S[K]> };
type Optional<S extends Shape> = { [K in keyof S]?: TypeOf<S[K]> | undefined };

/** Length limits, example and description of a text. */
export interface TextOptions {
  min?: number;
  max?: number;
  pattern?: string;
  format?: string;
  description?: string;
  example?: string;
}

/** A text. What a person sends always names its greatest length. */
export const text = (options: TextOptions = {}): Schema<string> => ({
  json: {
    type: 'string',
    ...given({ minLength: options.min, maxLength: options.max, pattern: options.pattern, format: options.format }),
    ...given({
      description: options.description,
      examples: options.example === undefined ? undefined : [options.example],
    }),
  },
});

/** A moment in server time, RFC 3339 in UTC. */
export const instant = (description: string): Schema<string> => ({
  json: { type: 'string', format: 'date-time', description, examples: ['2026-03-02T09:30:00.000Z'] },
});

/** One of a fixed list of words. */
export const word = <const W extends string>(words: readonly W[], description?: string): Schema<W> => ({
  json: { type: 'string', enum: [...words], ...given({ description }) },
});

/** A whole number within limits. */
export const whole = (options: { min?: number; max?: number; description?: string } = {}): Schema<number> => ({
  json: {
    type: 'integer',
    ...given({ minimum: options.min, maximum: options.max, description: options.description }),
  },
});

/** A number. */
export const number = (description?: string): Schema<number> => ({
  json: { type: 'number', ...given({ description }) },
});

/** True or false. */
export const flag = (description?: string): Schema<boolean> => ({
  json: { type: 'boolean', ...given({ description }) },
});

/** A list of one kind of value. */
export const list = <T>(
  of: Schema<T>,
  options: { min?: number; max?: number; description?: string } = {},
): Schema<T[]> => ({
  json: {
    type: 'array',
    items: of.json,
    ...given({ minItems: options.min, maxItems: options.max, description: options.description }),
  },
});

/** The value, or null. */
export const nullable = <T>(of: Schema<T>): Schema<T | null> => ({
  json: { anyOf: [of.json, { type: 'null' }] },
});

/** One of several shapes. */
export const either = <S extends readonly Schema<unknown>[]>(...of: S): Schema<TypeOf<S[number]>> => ({
  json: { anyOf: of.map((each) => each.json) },
});

/** An object with exactly these properties, some of them optional; anything else in it is refused. */
export function object<R extends Shape>(required: R): Schema<Required<R>>;
export function object<R extends Shape, O extends Shape>(required: R, optional: O): Schema<Required<R> & Optional<O>>;
export function object(required: Shape, optional: Shape = {}): Schema<unknown> {
  const properties = Object.entries({ ...required, ...optional }).map(([name, schema]) => [name, schema.json] as const);
  return {
    json: {
      type: 'object',
      properties: Object.fromEntries(properties),
      required: Object.keys(required),
      additionalProperties: false,
    },
  };
}

/** An object whose keys are free (ids, settings) and whose values are of one kind. */
export const dictionary = <T>(of: Schema<T>, description?: string): Schema<Record<string, T>> => ({
  json: { type: 'object', additionalProperties: of.json, ...given({ description }) },
});

/** Any JSON value; for what another document defines (a flow, the details of a story line). */
export const anything = (description: string): Schema<unknown> => ({ json: { description } });

/** Gives a shape a name: it stands once in the OpenAPI document, under `components.schemas`. */
export const named = <T>(name: string, schema: Schema<T>): Schema<T> => ({ json: { title: name, ...schema.json } });

/** Adds a sentence for the reader of the document. */
export const described = <T>(description: string, schema: Schema<T>): Schema<T> => ({
  json: { ...schema.json, description },
});

/** A page of a list: `next` is the cursor of the following page, null at the end. */
export const page = <T>(name: string, of: Schema<T>): Schema<{ items: T[]; next: string | null }> =>
  named(name, object({ items: list(of), next: nullable(text({ description: 'Cursor of the next page.' })) }));

function given(keywords: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));
}
