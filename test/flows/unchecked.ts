/** Says to the compiler that a value has a type it was not checked for: imported JSON, and wrong input on purpose. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type
export function unchecked<T>(value: unknown): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- that is what it is for
  return value as T;
}
