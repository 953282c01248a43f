/** Values a careless or hostile client puts where something else belongs, made from the schemas of the document. */
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

interface Shape {
  $ref?: string;
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
}

/** An operation of the document, as far as requests look at it. */
export interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: { content: Record<string, { schema: Shape; example?: unknown }> };
}

/** An operation with its address. */
export interface Addressed {
  path: string;
  method: string;
  operation: Operation;
}

/** A body with one wrong place, as text. */
export interface WrongBody {
  place: string;
  text: string;
  /** Whether the schema takes it all the same. */
  fits: boolean;
}

const wrongValues: unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  '',
  'a\r\nBcc: evil@evil.test',
  '\u0000',
  '\ud800',
  'x'.repeat(60_000),
  [],
  {},
  { $gt: '' },
  { constructor: { prototype: {} } },
];

/** Every operation of a document. */
export const operationsOf = (document: Record<string, unknown>): Addressed[] =>
  Object.entries(document['paths'] as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Bodies of an operation, each wrong in one place; built on its example. */
export function* wrongBodies(
  document: Record<string, unknown>,
  { path, method, operation }: Addressed,
): Generator<WrongBody> {
  const body = operation.requestBody?.content['application/json'];
  if (!body) return;
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  ajv.addSchema(document, 'document');
  const pointer = ['paths', path, method, 'requestBody', 'content', 'application/json', 'schema'];
  const steps = pointer.map((each) => encodeURIComponent(each.replaceAll('~', '~0').replaceAll('/', '~1')));
  const takes = ajv.getSchema(`document#/${steps.join('/')}`);
  if (!takes) throw new Error(`No schema of ${operation.operationId}.`);
  for (const place of placesOf(document, body.schema, [])) {
    for (const wrong of wrongValues) {
      const whole = withValue(body.example, place, wrong);
      yield { place: `/${place.join('/')}`, text: JSON.stringify(whole), fits: takes(whole) === true };
    }
  }
}

function* placesOf(document: Record<string, unknown>, shape: Shape, at: string[]): Generator<string[]> {
  yield at;
  if (at.length > 4) return;
  if (shape.$ref) {
    const { schemas } = document['components'] as { schemas: Record<string, Shape> };
    yield* placesOf(document, schemas[shape.$ref.split('/').at(-1) ?? ''] ?? {}, at);
  }
  for (const [name, each] of Object.entries(shape.properties ?? {})) yield* placesOf(document, each, [...at, name]);
  for (const each of shape.anyOf ?? []) yield* placesOf(document, each, at);
  if (shape.items) yield* placesOf(document, shape.items, [...at, '0']);
}

function withValue(into: unknown, [step, ...rest]: string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (step === '0') return [withValue(Array.isArray(into) ? into[0] : undefined, rest, value)];
  const fields = typeof into === 'object' && into !== null && !Array.isArray(into) ? into : {};
  return { ...fields, [step]: withValue(Reflect.get(fields, step), rest, value) };
}
