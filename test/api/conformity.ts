import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** Holds answers against an OpenAPI document. */
export interface Conformity {
  /** Throws when the document does not promise this answer. */
  check(method: string, path: string, status: number, body: unknown): void;
  /** Operations that were answered so far. */
  seen: Set<string>;
}

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, unknown> }>;
}

type Paths = Record<string, Record<string, Operation>>;

/** Makes the check of one document. */
export function createConformity(document: Record<string, unknown>): Conformity {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, 'document');
  const paths = document['paths'] as Paths;
  // Addresses without a place for an id come first, as in the application.
  const inOrder = Object.keys(paths).toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
  const patterns = inOrder.map((path) => ({
    path,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`),
  }));
  const seen = new Set<string>();
  return {
    seen,
    check(method, url, status, body) {
      const [address = ''] = url.split('?');
      const path = patterns.find((each) => each.pattern.test(address) && paths[each.path]?.[method])?.path;
      const operation = path === undefined ? undefined : paths[path]?.[method];
      if (path === undefined || !operation) {
        if (status === 404 || status === 405) return;
        throw new Error(`${method} ${url} answered ${status}, but the document does not know it.`);
      }
      seen.add(operation.operationId);
      const promised = operation.responses[String(status)];
      if (!promised)
        throw new Error(`The document does not promise ${status} of ${operation.operationId}: ${JSON.stringify(body)}`);
      const type = Object.keys(promised.content ?? {})[0] ?? '';
      const pointer = ['paths', path, method, 'responses', String(status), 'content', type, 'schema'];
      const reference = pointer
        .map((each) => encodeURIComponent(each.replaceAll('~', '~0').replaceAll('/', '~1')))
        .join('/');
      const validate = ajv.getSchema(`document#/${reference}`);
      if (!validate) throw new Error(`No schema at ${reference}`);
      if (!validate(body)) {
        throw new Error(
          `${operation.operationId} ${status} is not what the document promises: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body).slice(0, 500)}`,
        );
      }
    },
  };
}
