import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { absent } from './absent';
import { asked } from './asked';
import { declared } from './declared';
import { logic } from './logic';
import { meaning } from './meaning';
import { names } from './names';
import { edit, type Operator } from './operator';
import { outside } from './outside';
import { shape } from './shape';
import { text } from './text';
import { times } from './times';
import { turns } from './turns';
import { values } from './values';
import { ways } from './ways';

/** Every operator of the corpus. */
export const all: readonly Operator[] = [
  ...shape,
  ...ways,
  ...meaning,
  ...outside,
  ...text,
  ...names,
  ...values,
  ...logic,
  ...absent,
  ...declared,
  ...asked,
  ...times,
  ...turns,
];

/** The name of the file an operator makes: `E201-misspelt-outcome-target.support-desk.json`. */
export const fileOf = ({ code, name, base }: Operator): string => `${code}-${name}.${base}.json`;

/** The flow that an operator breaks, broken. */
export function brokenBy(operator: Operator): string {
  const examples = join(__dirname, '../../../../flows/examples');
  return edit(readFileSync(join(examples, `${operator.base}.json`), 'utf8'), operator);
}
