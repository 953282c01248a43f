import { facts, type Fact } from './facts';
import type { JsonSchema } from './kinds/kind';

/** What a published schema of the facts calls itself. */
const FACTS_SCHEMA_ID = 'https://ringpost.dev/schema/facts-1.json';

const TYPES: Record<Fact['type'], JsonSchema> = {
  boolean: { type: 'boolean' },
  number: { type: 'number' },
  text: { type: 'string' },
  texts: { type: 'array', items: { type: 'string' } },
  instant: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$' },
};

/** JSON Schema (2020-12) of what conditions and `{{ }}` may read, besides a flow's own variables and settings. */
export function factsSchema(): JsonSchema {
  const root: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };
  for (const [path, fact] of Object.entries(facts)) {
    let place = root;
    const steps = path.split('.');
    for (const [index, step] of steps.entries()) {
      const properties = place['properties'] as Record<string, JsonSchema>;
      properties[step] ??=
        index < steps.length - 1 ? { type: 'object', properties: {}, additionalProperties: false } : leaf(fact);
      place = properties[step];
    }
  }
  const own = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } };
  const properties = { ...(root['properties'] as JsonSchema), vars: own, settings: own };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: FACTS_SCHEMA_ID,
    title: 'What a Ringpost flow may read',
    ...root,
    properties,
  };
}

function leaf({ type, title, values, personal }: Fact): JsonSchema {
  return {
    ...TYPES[type],
    description: title,
    ...(values ? { enum: [...values] } : {}),
    ...(personal ? { 'x-personal': true } : {}),
  };
}
