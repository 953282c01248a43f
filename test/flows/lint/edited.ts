import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text of the example that tests of findings edit. */
export const supportDesk = readFileSync(join(__dirname, '../../../flows/examples/support-desk.json'), 'utf8');

/** The example with one place changed. */
export function edited(from: string | RegExp, to: string): string {
  const result = supportDesk.replace(from, to);
  if (result === supportDesk) throw new Error(`the example has no ${String(from)}`);
  return result;
}
