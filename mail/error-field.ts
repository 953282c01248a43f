interface Kinds {
  string: string;
  number: number;
  boolean: boolean;
}

/**
 * Reads a field of whatever was thrown; null when it is absent, empty or of another type. Libraries hang their facts on
 * errors as plain fields, and `instanceof Error` is false for Node's own errors inside jest.
 */
export function fieldOf(error: unknown, name: string): string | null;
export function fieldOf<Kind extends keyof Kinds>(error: unknown, name: string, kind: Kind): Kinds[Kind] | null;
export function fieldOf(error: unknown, name: string, kind: keyof Kinds = 'string'): unknown {
  if (typeof error !== 'object' || error === null) return null;
  const value: unknown = Reflect.get(error, name);
  return typeof value === kind && value !== '' ? value : null;
}
