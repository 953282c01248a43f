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
    await service.updateNamespace({
      namespace: wish.namespace,
      config: { workflowExecutionRetentionTtl: retention },
    });
  }
}

async function ensureAttributes(wish: { connection: NamespaceConnection; namespace: string }): Promise<void> {
  const service = wish.connection.operatorService;
  const listed = await service.listSearchAttributes({ namespace: wish.namespace });
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => listed.customAttributes?.[name] === undefined);
  if (missing.length === 0) return;
  await service.addSearchAttributes({ namespace: wish.namespace, searchAttributes: Object.fromEntries(missing) });
}

function codeOf(failure: unknown): number | null {
  return failure instanceof Error && 'code' in failure && typeof failure.code === 'number' ? failure.code : null;
}
