import type { JsonSchema } from './kind';

/** Parts that kinds' schemas point to; they stand once under `$defs` of the flow's schema. */
export const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

/** A part with what an admin is to write there, for editors and for the linter's messages. */
export const say = (description: string, schema: JsonSchema): JsonSchema => ({ ...schema, description });

/** A slug that names a group, template, list, tag or agent; or a setting that holds one. */
export const slugOrSetting: JsonSchema = { anyOf: [ref('slug'), ref('setting')] };

/** A list without repetition, of 50 at most. */
export const listOf = (items: JsonSchema, minItems = 0): JsonSchema => ({
  type: 'array',
  items,
  minItems,
  maxItems: 50,
  uniqueItems: true,
});
