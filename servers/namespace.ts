import type { Connection } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import type { Log } from './first-way';

// Temporal's IndexedValueType.
const [KEYWORD, INT] = [2, 3] as const;

/** The typed search attributes of an enquiry's run, registered in our namespace at start. */
export const SEARCH_ATTRIBUTES = {
  RingpostChannel: KEYWORD,
  RingpostStatus: KEYWORD,
  RingpostGroup: KEYWORD,
  RingpostAgent: KEYWORD,
  RingpostFlow: KEYWORD,
  RingpostContact: KEYWORD,
  RingpostRevision: INT,
} as const;

const DAY_MS = 86_400_000;
const GRPC_ALREADY_EXISTS = 6;
const GRPC_NOT_FOUND = 5;
// INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED: asked again it would say the same.
const refusals: ReadonlySet<number> = new Set([3, 7, 9, 12]);

/** What is asked of a connection, a client's or a worker's. */
type NamespaceConnection = Pick<Connection, 'workflowService' | 'operatorService'>;

/**
 * Makes the namespace with its retention and registers our search attributes; may be run at every start.
 *
 * @returns attributes that could not be registered: a red line in health, never a reason to refuse mail.
 * @throws gRPC errors when Temporal is away or refuses the namespace itself.
 */
export async function prepareNamespace(wish: {
  connection: NamespaceConnection;
  namespace: string;
  retentionDays: number;
  log: Log;
}): Promise<{ missingAttributes: string[] }> {
  await ensureNamespace(wish);
  try {
    await ensureAttributes(wish);
    return { missingAttributes: [] };
  } catch (failure) {
    const missing = Object.keys(SEARCH_ATTRIBUTES);
    wish.log(`Temporal did not register the search attributes ${missing.join(', ')}: ${String(failure)}`);
    return { missingAttributes: missing };
  }
}

async function ensureNamespace(wish: {
  connection: NamespaceConnection;
  namespace: string;
  retentionDays: number;
  log: Log;
}): Promise<void> {
  const service = wish.connection.workflowService;
  const retentionMs = wish.retentionDays * DAY_MS;
  const retention = msToTs(retentionMs);
  const described = await service.describeNamespace({ namespace: wish.namespace }).catch((failure: unknown) => {
    if (codeOf(failure) === GRPC_NOT_FOUND) return null;
    throw failure;
  });
  if (described === null) {
    await service
      .registerNamespace({ namespace: wish.namespace, workflowExecutionRetentionPeriod: retention })
      .catch((failure: unknown) => {
        if (codeOf(failure) !== GRPC_ALREADY_EXISTS) throw failure;
      });
  } else if (optionalTsToMs(described.config?.workflowExecutionRetentionTtl) !== retentionMs) {
    const config = { workflowExecutionRetentionTtl: retention };
    await service.updateNamespace({ namespace: wish.namespace, config }).catch((failure: unknown) => {
      // Temporal Cloud changes a namespace by its own tools only; its retention is then its operator's affair.
      if (!refusals.has(codeOf(failure) ?? 0)) throw failure;
      wish.log(
        `Temporal does not let us set the retention of the namespace "${wish.namespace}" to ${wish.retentionDays} days; set it there.`,
      );
    });
  }
}

async function ensureAttributes(wish: { connection: NamespaceConnection; namespace: string }): Promise<void> {
  const service = wish.connection.operatorService;
  const known = await knownAttributes(wish);
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !known.has(name));
  if (missing.length === 0) return;
  await service.addSearchAttributes({ namespace: wish.namespace, searchAttributes: Object.fromEntries(missing) });
}

/** Temporal Cloud has no operator service; what a namespace of it knows, its frontend says. */
async function knownAttributes({ connection, namespace }: { connection: NamespaceConnection; namespace: string }) {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return new Set(Object.keys(customAttributes ?? {}));
  } catch (failure) {
    if (!refusals.has(codeOf(failure) ?? 0)) throw failure;
    const { keys } = await connection.workflowService.getSearchAttributes({});
    return new Set(Object.keys(keys ?? {}));
  }
}

function codeOf(failure: unknown): number | null {
  return failure instanceof Error && 'code' in failure && typeof failure.code === 'number' ? failure.code : null;
}
