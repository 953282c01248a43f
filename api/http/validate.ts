/** Checks bodies and queries against their JSON Schema and says in plain sentences what does not fit. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { InputFinding } from '../api-error';
import type { JsonSchema } from './schema';

/** Checks a value: the findings, empty when it fits. Query checkers turn "5" into 5 and "true" into true in place. */
export type Check = (value: unknown) => InputFinding[];

const GREATEST_NUMBER_OF_FINDINGS = 20;

/** Makes the checkers of one application: compiled once per schema when routes are mounted. */
export const createChecks = (): { body: (schema: JsonSchema) => Check; query: (schema: JsonSchema) => Check } => {
  const forBodies = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
  const forQueries = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, coerceTypes: 'array' });
  for (const ajv of [forBodies, forQueries]) {
    addFormats(ajv);
    ajv.addFormat('date-time', isMoment);
  }
  return { body: (schema) => checker(forBodies, schema), query: (schema) => checker(forQueries, schema) };
};

const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** A moment of RFC 3339 that is one to a JavaScript Date too: no leap second, no 30 February. */
function isMoment(text: string): boolean {
  const day = MOMENT.exec(text)?.[1];
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${day}T`) && !Number.isNaN(Date.parse(text));
}

function checker(ajv: Ajv2020, schema: JsonSchema): Check {
  const validate = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return [];
    const errors = validate.errors ?? [];
    return findings(errors).slice(0, GREATEST_NUMBER_OF_FINDINGS);
  };
}

function findings(errors: readonly ErrorObject[]): InputFinding[] {
  const told = new Map<string, InputFinding>();
  for (const error of errors) {
    // "one of several shapes" is said by what is wrong with the nearest shape.
    const branch = error.keyword === 'anyOf' || (error.keyword === 'type' && error.params['type'] === 'null');
    if (branch && errors.length > 1) continue;
    const finding = { where: placeOf(error), what: sentenceOf(error) };
    told.set(`${finding.where} ${finding.what}`, finding);
  }
  return [...told.values()];
}

function placeOf(error: ErrorObject): string {
  const parent = error.instancePath;
  if (error.keyword === 'required') return `${parent}/${String(error.params['missingProperty'])}`;
  if (error.keyword === 'additionalProperties')
    return `${parent}/${String(error.params['additionalProperty']).slice(0, 60)}`;
  return parent === '' ? '/' : parent;
}

function sentenceOf({ keyword, params, message }: ErrorObject): string {
  const limit = String(params['limit'] ?? '');
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return 'is not known here; leave it out';
    case 'type':
      return `must be ${article(String(params['type']))}`;
    case 'enum':
      return `must be one of: ${[params['allowedValues']].flat().map(String).join(', ')}`;
    case 'maxLength':
      return `may have at most ${limit} characters`;
    case 'minLength':
      return limit === '1' ? 'may not be empty' : `must have at least ${limit} characters`;
    case 'maxItems':
      return `may have at most ${limit} entries`;
    case 'minItems':
      return limit === '1' ? 'may not be empty' : `must have at least ${limit} entries`;
    case 'maximum':
      return `may be at most ${limit}`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'pattern':
      if (params['pattern'] === '^[^\\r\\n\\u0000]*$') return 'may hold no line break';
      return `must look like ${String(params['pattern'])}`;
    case 'format':
      return `must be a valid ${String(params['format'])}`;
    default:
      return message ?? 'does not fit';
  }
}

function article(type: string): string {
  const names: Record<string, string> = {
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    null: 'null',
  };
  return names[type] ?? type;
}
