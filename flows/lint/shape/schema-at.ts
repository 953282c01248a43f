import type { Json } from '../../flow';
import type { JsonSchema } from '../../kinds/kind';
import { flowSchema } from '../../schema';
import { stepsOf } from '../finding';

let made: JsonSchema | null = null;
/** The schema of a flow, made once. */
const whole = (): JsonSchema => (made ??= flowSchema());

/** What the schema asks of a place of this flow, by the kinds of its nodes and the forms that stand there; null: nothing. */
export function schemaAt(flow: Json, pointer: string): JsonSchema | null {
  let schema: JsonSchema | null = whole();
  let value: Json | undefined = flow;
  const path: string[] = [];
  for (const step of stepsOf(pointer)) {
    const form: JsonSchema | null = schema && (formOf(schema, value) ?? schema);
    path.push(step);
    value = inside(value, step);
    schema = path.length === 2 && path[0] === 'nodes' ? nodeSchema(value) : form && within(form, step);
  }
  return schema && resolved(schema);
}

/** Of several forms the one that a value of this type can have; null when that may be none or more than one. */
export function formOf(schema: JsonSchema, value: Json | undefined): JsonSchema | null {
  const { anyOf } = resolved(schema);
  if (!Array.isArray(anyOf)) return null;
  const [form, ...others] = anyOf.filter(isSchema).filter((each) => mayBe(each, value));
  return form && others.length === 0 ? resolved(form) : null;
}

/** Names of the properties that an object there may have; none where they are the author's. */
export function propertiesOf(schema: JsonSchema): string[] {
  return isSchema(schema['properties']) ? Object.keys(schema['properties']) : [];
}

/** What is to be written there, as people say it: `the name of a node`. */
export function inWords(schema: JsonSchema): string {
  const { description, enum: words, anyOf, type, required, maxLength } = resolved(schema);
  if (typeof description === 'string') return description;
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(words)) return `one of ${words.map((each) => JSON.stringify(each)).join(', ')}`;
  if (Array.isArray(anyOf)) return anyOf.filter(isSchema).map(inWords).join(', or ');
  if (Array.isArray(type)) return type.map(typeInWords).join(' or ');
  if (type === 'object' && Array.isArray(required))
    return `an object in braces with ${required.map((each) => JSON.stringify(each)).join(' and ')}`;
  const most = type === 'string' && typeof maxLength === 'number' ? ` of at most ${maxLength} characters` : '';
  return typeInWords(type) + most;
}

const typeInWords = (type: unknown): string => (typeof type === 'string' && WORDS.get(type)) || 'something else';

const WORDS = new Map([
  ['string', 'text in quotes'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list in brackets'],
  ['object', 'an object in braces'],
]);

/** A schema with what it points to; its own words go before. */
function resolved(schema: JsonSchema): JsonSchema {
  const { $ref, ...own } = schema;
  const name = typeof $ref === 'string' ? $ref.slice('#/$defs/'.length) : null;
  const found = name === null ? undefined : definition(name);
  return found ? { ...resolved(found), ...own } : schema;
}

function definition(name: string): JsonSchema | null {
  const defs = whole()['$defs'];
  const found = isSchema(defs) && Object.hasOwn(defs, name) ? defs[name] : null;
  return isSchema(found) ? found : null;
}

function nodeSchema(node: Json | undefined): JsonSchema | null {
  const kind = inside(node, 'type');
  return (typeof kind === 'string' && definition(`${kind}Node`)) || definition('node');
}

function within(schema: JsonSchema, step: string): JsonSchema | null {
  const { properties, items, additionalProperties } = resolved(schema);
  const named = isSchema(properties) && Object.hasOwn(properties, step) ? properties[step] : null;
  const found = named ?? (/^\d+$/.test(step) && items !== undefined ? items : additionalProperties);
  return isSchema(found) ? found : null;
}

function inside(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(step)];
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? value[step] : undefined;
}

function mayBe(schema: JsonSchema, value: Json | undefined): boolean {
  const { type, enum: words, anyOf } = resolved(schema);
  if ('const' in schema) return typeof schema['const'] === typeof value;
  if (Array.isArray(words)) return words.some((each) => typeof each === typeof value);
  if (Array.isArray(anyOf)) return anyOf.filter(isSchema).some((each) => mayBe(each, value));
  if (Array.isArray(value)) return type === 'array';
  if (value === null) return false;
  return type === undefined || type === typeof value || (type === 'integer' && typeof value === 'number');
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
