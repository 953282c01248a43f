import type { VariableDeclaration } from '../flow';

/** True when a variable so declared may hold the value. */
export function fits(
  declared: Pick<VariableDeclaration, 'type' | 'enum'>,
  value: unknown,
): value is string | number | boolean {
  if (declared.enum && !declared.enum.some((allowed) => allowed === value)) return false;
  if (declared.type === 'integer') return Number.isSafeInteger(value);
  if (declared.type === 'number') return Number.isFinite(value);
  if (declared.type === 'string') return typeof value === 'string' && value.length <= 1000;
  return typeof value === 'boolean';
}
