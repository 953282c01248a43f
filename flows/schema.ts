import type { FlowNode, NodeKind } from './flow';
import { isKind, kindNamed, kinds } from './kinds';
import type { JsonSchema, Kind } from './kinds/kind';
import { ref, say, slugOrSetting } from './kinds/schema-parts';

/** The number in `$schema`; a flow that names a higher one is of a newer release. */
export const SCHEMA_VERSION = 1;

/** What a flow writes under `$schema`. */
export const SCHEMA_ID = `https://ringpost.dev/schema/flow-${SCHEMA_VERSION}.json`;

/** Names of nodes and variables: lower-case words joined by "-", at most 50 characters. */
export const NAME_PATTERN = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$';

const name: JsonSchema = { type: 'string', maxLength: 50, pattern: NAME_PATTERN };
const comment: JsonSchema = {
  type: 'string',
  maxLength: 2000,
  description: 'text for people; the engine never reads it',
};

const anyValue: JsonSchema = { type: ['string', 'number', 'boolean'] };
const choices: JsonSchema = {
  description: 'a list of what may be chosen, such as ["standard", "gold"]',
  type: 'array',
  minItems: 1,
  maxItems: 50,
  items: { type: ['string', 'number'] },
};

const shared: Record<string, JsonSchema> = {
  slug: say('a short name of lower-case words joined by "-"', {
    type: 'string',
    maxLength: 50,
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  }),
  tag: say('a tag: words of at most 50 characters, without commas and line breaks', {
    type: 'string',
    pattern: '^[^\\s,]([^,\\r\\n\\t]{0,48}[^\\s,])?$',
  }),
  nodeName: name,
  variableName: name,
  target: { type: 'string', description: 'the name of a node' },
  setting: say('a setting, such as { "setting": "group" }', {
    type: 'object',
    properties: { setting: say('the name of a setting', { type: 'string' }) },
    required: ['setting'],
    additionalProperties: false,
  }),
  duration: {
    anyOf: [
      { type: 'string', pattern: '^(\\d{1,9}[smhd]|P(?=.)(\\d{1,9}D)?(T(?=.)(\\d{1,9}H)?(\\d{1,9}M)?(\\d{1,9}S)?)?)$' },
      ref('setting'),
    ],
  },
  expression: { description: 'a value, or an operator with its values, such as { "var": "message.automatic" }' },
  variable: {
    type: 'object',
    properties: {
      type: { enum: ['string', 'number', 'integer', 'boolean'] },
      enum: choices,
      default: say('the value it begins with: text in quotes, a number, true or false', anyValue),
      personal: { type: 'boolean' },
      comment,
    },
    required: ['type', 'default'],
    additionalProperties: false,
  },
  settingDeclaration: {
    type: 'object',
    properties: {
      type: { enum: ['group', 'template', 'list', 'duration', 'number', 'text', 'boolean'] },
      title: say('the question people see on the form', { type: 'string', minLength: 1, maxLength: 200 }),
      enum: choices,
      default: say('the value where a channel gives none: text in quotes, a number, true or false', anyValue),
      comment,
    },
    required: ['type', 'title'],
    additionalProperties: false,
  },
};

/** The properties of a flow beside its nodes. */
const flowProperties: Record<string, JsonSchema> = {
  $schema: { type: 'string', description: `"${SCHEMA_ID}"` },
  id: say('a short name, such as "support-desk"', ref('slug')),
  title: say('the name people see', { type: 'string', minLength: 1, maxLength: 200 }),
  comment,
  timezone: say('a time zone, such as "Asia/Hong_Kong"', { type: 'string', minLength: 1, maxLength: 100 }),
  calendar: say('the name of a calendar', ref('slug')),
  variables: say('the variables of this flow, each with "type" and "default"', mapOf(ref('variable'))),
  settings: say('what a channel fills in, each with "type" and "title"', mapOf(ref('settingDeclaration'))),
  closedReply: {
    description: '"refuse", "newEnquiry", or { "reopenWithin": "14d", "at": a node }',
    anyOf: [
      { enum: ['refuse', 'newEnquiry'] },
      {
        type: 'object',
        properties: { reopenWithin: ref('duration'), at: ref('target') },
        required: ['reopenWithin', 'at'],
        additionalProperties: false,
      },
    ],
  },
  idleClose: {
    description: 'false, or { "after": "7d", "warnBefore": "2d", "warning": a template, "notify": a template }',
    anyOf: [
      { const: false },
      {
        type: 'object',
        properties: {
          after: ref('duration'),
          warnBefore: ref('duration'),
          warning: { anyOf: [{ const: false }, slugOrSetting] },
          notify: { anyOf: [{ const: false }, slugOrSetting] },
        },
        additionalProperties: false,
      },
    ],
  },
  sla: say('agreed times: "firstResponse", "resolution", "warnBefore"', {
    type: 'object',
    properties: {
      firstResponse: say('how soon an agent answers, such as "4h"', ref('duration')),
      resolution: say('how soon it is closed, such as "16h"', ref('duration')),
      warnBefore: say('how long before that it is warned, such as "30m"', ref('duration')),
    },
    minProperties: 1,
    additionalProperties: false,
  }),
  start: say('the node the flow begins at', ref('target')),
  onError: say('the node to go to when a node cannot do its work', ref('target')),
  onTaken: say('the node to go to when an agent takes the enquiry', ref('target')),
  onClosed: say('the node to go to when an agent closes the enquiry', ref('target')),
  nodes: say('the nodes of the flow, each with its name', {
    type: 'object',
    minProperties: 1,
    additionalProperties: ref('node'),
  }),
};

/** The JSON Schema (2020-12) of a flow, composed from the node kinds; published, and compiled into `generated/`. */
export function flowSchema(): JsonSchema {
  const names = Object.keys(kinds).filter(isKind);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: SCHEMA_ID,
    title: 'Ringpost flow',
    type: 'object',
    properties: flowProperties,
    required: ['$schema', 'id', 'title', 'start', 'nodes'],
    additionalProperties: false,
    $defs: {
      ...shared,
      node: {
        type: 'object',
        properties: { type: { enum: names } },
        required: ['type'],
        allOf: names.map((kind) => ({
          if: { type: 'object', properties: { type: { const: kind } }, required: ['type'] },
          // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits a schema
          then: ref(`${kind}Node`),
        })),
      },
      ...Object.fromEntries(names.map((kind) => [`${kind}Node`, nodeSchema(kind, kinds[kind])])),
    },
  };
}

/** The properties a flow, or a node of that kind, may have. */
export function knownProperties(kind: string | null): string[] {
  if (kind === null) return Object.keys(flowProperties);
  const declared = kindNamed(kind);
  if (!declared) return [];
  return ['type', 'comment', ...Object.keys(declared.properties), ...(declared.withoutNext ? [] : ['next'])];
}

function nodeSchema(kind: NodeKind, declared: Kind<FlowNode>): JsonSchema {
  const { title, properties, required, withoutNext } = declared;
  return {
    title,
    type: 'object',
    properties: {
      type: { const: kind },
      comment,
      ...properties,
      ...(withoutNext ? {} : { next: nextSchema(declared) }),
    },
    required: ['type', ...required, ...(withoutNext ? [] : ['next'])],
    additionalProperties: false,
  };
}

/** One name where there is one outcome; which of a wait's outcomes it has is the linter's to compare. */
function nextSchema({ outcomes }: Kind<FlowNode>): JsonSchema {
  const names = [...outcomes.map((outcome) => outcome.name), 'error'];
  const byOutcome: JsonSchema = {
    type: 'object',
    properties: Object.fromEntries(names.map((outcome) => [outcome, ref('target')])),
    additionalProperties: false,
  };
  return outcomes.length === 1 ? { anyOf: [ref('target'), byOutcome] } : byOutcome;
}

function mapOf(values: JsonSchema): JsonSchema {
  return { type: 'object', maxProperties: 100, additionalProperties: values };
}
