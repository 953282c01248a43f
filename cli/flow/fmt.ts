import { writeFile } from 'node:fs/promises';
import { canonical, checkFlow, withoutMark, type Json } from '../../flows';
import { paintFor } from './colours';
import { count, describeFindings } from './findings';
import { readFlows } from './flow-files';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';

/** Faults for which a text cannot be written anew without losing something. */
const UNREADABLE = ['E101', 'E102', 'E701'];

/** `ringpost flow fmt`: writes flows in their one form. */
export const fmt: FlowCommand = {
  name: 'fmt',
  usage: 'ringpost flow fmt [FILE|FOLDER|-]… [--check]',
  about:
    'writes flows in their one form: properties in the order of the language, 120 columns. Files are changed in place; standard input is written to standard output. --check changes nothing and answers 1 when a file is not in that form',
  examples: [
    ['ringpost flow fmt flows/', 'formats every flow of a folder'],
    ['ringpost flow fmt --check flows/', 'for CI: says which are not formatted'],
    ['ringpost flow fmt - < support.json', 'prints the formatted flow'],
  ],
  async run(args, ports) {
    const { flags, words } = takeOptions(args, { flags: ['--check'] });
    const paint = paintFor(ports.colours);
    let [wrong, changed] = [0, 0];
    const flows = await readFlows(words, ports);
    for (const { file, text } of flows) {
      const broken = checkFlow(text).filter(({ code }) => UNREADABLE.includes(code));
      if (broken.length > 0) {
        wrong += 1;
        ports.err(describeFindings([{ file, findings: broken }], paint));
        continue;
      }
      const formatted = canonical(JSON.parse(withoutMark(text)) as Json);
      if (file === '-' && !flags.has('--check')) ports.out(formatted);
      if (formatted === text) continue;
      changed += 1;
      if (flags.has('--check')) ports.out(`${file}\n`);
      else if (file !== '-') {
        await writeFile(file, formatted);
        ports.out(`${file}\n`);
      }
    }
    if (flags.has('--check')) ports.err(`${count(changed, 'flow')} of ${flows.length} not formatted.\n`);
    return wrong > 0 || (flags.has('--check') && changed > 0) ? 1 : 0;
  },
};
