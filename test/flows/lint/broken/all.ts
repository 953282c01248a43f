import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meaning } from './meaning';
import { edit, type Operator } from './operator';
import { outside } from './outside';
import { shape } from './shape';
import { ways } from './ways';

/** Every operator of the corpus. */
export const all: readonly Operator[] = [...shape, ...ways, ...meaning, ...outside];

/** The name of the file an operator makes: `E201-misspelt-outcome-target.support-desk.json`. */
export const fileOf = ({ code, name, base }: Operator): string => `${code}-${name}.${base}.json`;

/** The flow that an operator breaks, broken. */
export function brokenBy(operator: Operator): string {
  const examples = join(__dirname, '../../../../flows/examples');
  return edit(readFileSync(join(examples, `${operator.base}.json`), 'utf8'), operator);
}
