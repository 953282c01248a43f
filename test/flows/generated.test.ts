import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { flowSchema } from '../../flows';
import { generate } from '../../flows/generate';
import supportDesk from '../../flows/examples/support-desk.json';

describe('flows/generated', () => {
  it.each(Object.entries(generate()))('%s is fresh (else run: npx tsx flows/generate.ts)', (name, text) => {
    expect(readFileSync(join(__dirname, '../../flows/generated', name), 'utf8')).toBe(text);
  });

  it('holds a schema that is valid JSON Schema 2020-12 and takes the example', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false });
    expect(ajv.validate(flowSchema(), supportDesk)).toBe(true);
  });
});
