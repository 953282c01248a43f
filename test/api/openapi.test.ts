import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { access } from '../../api/access';
import { errorCatalogue } from '../../api/error-catalogue';
import { startDesk, type Desk } from './desk';

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

describe('the OpenAPI document', () => {
  let desk: Desk;
  let document: Document;
  let operations: { path: string; method: string; operation: Operation }[];
  beforeAll(async () => {
    desk = await startDesk();
    document = desk.document as unknown as Document;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
  });
  afterAll(() => desk.stop());

  test('is 3.1 and holds every route once, under its own name', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual(Object.keys(access).toSorted());
  });

  test('names each place of a path, and nothing else, as a path parameter', () => {
    for (const { path, operation } of operations) {
      const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const named = (operation.parameters ?? []).filter((each) => each.in === 'path').map(({ name }) => name);
      expect([path, named]).toEqual([path, places]);
    }
  });

  test('has no reference that leads nowhere, and no shape nobody uses', () => {
    const used = new Set(
      [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
    );
    expect([...used].toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))).toEqual(
      Object.keys(document.components.schemas).toSorted(),
    );
  });

  test('holds schemas that are schemas', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    for (const schema of Object.values(document.components.schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  });

  test('shows bodies that its own schemas take', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    const shown = operations.flatMap(({ operation }) => {
      const body = operation.requestBody?.content['application/json'];
      return body?.example === undefined ? [] : [{ id: operation.operationId, ...body }];
    });
    const bodies = operations.filter(({ operation }) => operation.requestBody?.content['application/json']);
    expect(shown.map(({ id }) => id)).toEqual(bodies.map(({ operation }) => operation.operationId));
    for (const { id, schema, example } of shown) {
      const fits = ajv.validate({ ...schema, components: document.components }, example);
      expect([id, fits, ajv.errorsText()]).toEqual([id, true, 'No errors']);
    }
  });

  test('tells of each operation what it is for, who may call it, and how it succeeds and refuses', () => {
    for (const { operation } of operations) {
      expect(operation.summary).toMatch(/^[A-Z].{5,}/);
      expect(operation.description).toMatch(/For (anyone|everybody|admin|supervisor)/);
      expect(document.tags.map(({ name }) => name)).toContain(operation.tags[0]);
      const statuses = Object.keys(operation.responses).map(Number);
      expect(statuses.some((status) => status < 300)).toBe(true);
      const open = access[operation.operationId as keyof typeof access] === 'anyone';
      expect([operation.operationId, statuses.includes(401) || open]).toEqual([operation.operationId, true]);
      expect([operation.operationId, operation.security.length > 0]).toEqual([operation.operationId, !open]);
    }
  });

  test('knows every code of the catalogue', () => {
    const problem = document.components.schemas['Problem'] as { properties: { code: { enum: string[] } } };
    expect(problem.properties.code.enum).toEqual(Object.keys(errorCatalogue));
  });
});
