import type { SchemaFault } from '../generated/validate-flow';
import { suggest } from './suggest';

/** A property that must be there and stands there under a wrong name: one mistake, whatever follows from it. */
export interface Mistyped {
  /** Where the object stands that has it. */
  pointer: string;
  written: string;
  meant: string;
  /** False where only the counting says so: one name too many, one too few. */
  near: boolean;
}

/** Pairs what is missing in an object with what nobody knows there. */
export function mistypedIn(faults: readonly SchemaFault[]): Mistyped[] {
  const missing = byPlace(faults, 'required', 'missingProperty');
  const choices = choicesOf(faults);
  return [...byPlace(faults, 'additionalProperties', 'additionalProperty')].flatMap(([pointer, unknown]) => {
    const wanted = missing.get(pointer) ?? new Set();
    const near = [...unknown].flatMap((written) => {
      const meant = [...wanted].find((name) => suggest(written, [name]) !== null);
      return meant === undefined ? [] : [{ pointer, written, meant, near: true }];
    });
    if (near.length > 0) return near;
    const [written] = unknown;
    const [meant] = wanted;
    // Of what stands in a choice (a name or an object) nobody knows what was meant.
    const isChoice = choices.has(pointer);
    if (isChoice || unknown.size !== 1 || wanted.size !== 1 || written === undefined || meant === undefined) return [];
    return [{ pointer, written, meant, near: false }];
  });
}

/**
 * The faults without those that only say that the property meant is missing. Where a choice failed by a name alone, the
 * name is the fault: mistyped, or too much in what else is right.
 */
export function withoutMistyped(faults: readonly SchemaFault[], mistyped: readonly Mistyped[]): SchemaFault[] {
  const told = new Map(mistyped.map((each) => [each.pointer, each]));
  const required = byPlace(faults, 'required', 'missingProperty');
  const unknown = byPlace(faults, 'additionalProperties', 'additionalProperty');
  const named = (path: string): boolean => {
    if (told.has(path) || mistyped.some(({ pointer }) => pointer.startsWith(`${path}/`))) return true;
    const within = faults.some(({ instancePath }) => instancePath.startsWith(`${path}/`));
    return unknown.has(path) && !required.has(path) && !within;
  };
  const byName = new Set([...choicesOf(faults)].filter(named));
  return faults.filter(({ instancePath, keyword, params }) => {
    if (byName.has(instancePath)) return keyword === 'additionalProperties';
    return keyword !== 'required' || told.get(instancePath)?.meant !== params['missingProperty'];
  });
}

const CHOICES = new Set(['anyOf', 'oneOf']);

/** Where one of several shapes must hold, and none does. */
function choicesOf(faults: readonly SchemaFault[]): Set<string> {
  return new Set(faults.filter(({ keyword }) => CHOICES.has(keyword)).map(({ instancePath }) => instancePath));
}

function byPlace(faults: readonly SchemaFault[], keyword: string, param: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const fault of faults) {
    if (fault.keyword !== keyword) continue;
    const names = found.get(fault.instancePath) ?? new Set();
    found.set(fault.instancePath, names.add(String(fault.params[param])));
  }
  return found;
}
