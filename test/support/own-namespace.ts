import type { NativeConnection } from '@temporalio/worker';
import { prepareNamespace } from '../../servers/namespace';
import { until } from './until';

/**
 * Makes a namespace for one living corner of Ringpost. Workflow ids such as `delivery/support` are one per namespace: in
 * a shared one the sender of an earlier test file goes on standing under that id, on a task queue nobody serves any more,
 * and mail of the next file is never sent.
 */
export async function ownNamespace(connection: NativeConnection, namespace: string): Promise<string> {
  const log = (): void => {};
  // The parts of Temporal learn of a new namespace one after the other.
  await until(`Temporal knows ${namespace}`, async () => {
    const { missingAttributes } = await prepareNamespace({ connection, namespace, retentionDays: 1, log });
    return missingAttributes.length === 0;
  });
  return namespace;
}
