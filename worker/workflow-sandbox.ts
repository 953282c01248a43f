import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared';

/** A bundle of workflow code as the SDK has read it. */
export type Bundle = Parameters<(typeof ReusableVMWorkflowCreator)['create']>[0];

/** Without a limit there is no watchdog; the SDK's types do not know that it can be left out. */
const UNWATCHED = undefined as unknown as number;

/** Nobody reads positions in the sources; the SDK wants a map all the same. */
const NO_MAP: Bundle['sourceMap'] = { version: 3, file: '', sources: [], names: [], mappings: '' };
const MAP_BEGINS = '//# sourceMappingURL=data:';

/** What the SDK does for each promise and each error of the whole thread: stacks of promises, and stacks by the map. */
const FOR_NOBODY = { setPromiseHook: () => undefined, overridePrepareStackTrace: () => undefined };

/**
 * Runs workflow code in the SDK's sandbox within this thread, as the SDK itself does in its debug mode. In a thread of its
 * own each of ten activations a mail went there and back as a copy, waking both threads, and the bundle, its map and a heap
 * stood there once more (docs/decisions/0104).
 *
 * Left out is what the SDK does for nobody: stacks of promises (a run says in its current details what it waits for), the
 * map of the bundle (which is readable as it is), and a watchdog, which begins and joins a thread of the system for each of
 * five to ten calls an activation makes (measured: 70 to 100 µs of CPU each, against 1.4 µs). What that guards against
 * cannot happen here: a flow's steps are counted (`flows/engine`), its patterns run in activities.
 */
export function openSandbox({ code, filename }: Bundle, activities: Set<string>): Promise<ReusableVMWorkflowCreator> {
  Object.assign(globalHandlers, FOR_NOBODY);
  const bundle = { code: withoutMap(code), filename, sourceMap: NO_MAP };
  return ReusableVMWorkflowCreator.create(bundle, UNWATCHED, activities);
}

/** A copy: a slice would keep the whole text in memory. */
function withoutMap(code: string): string {
  const end = code.lastIndexOf(MAP_BEGINS);
  return end < 0 ? code : Buffer.from(code.slice(0, end)).toString();
}
