import { writeFile } from 'node:fs/promises';
import { canonical, checkFlow, renameIn, renameInTests, type Rename } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { readFlows, testsBeside, Unreadable } from './flow-files';
import { playable, readTests } from './flow-tests';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';

/** `ringpost flow rename`: gives a node, variable or setting another name wherever it is named. */
export const rename: FlowCommand = {
  name: 'rename',
  usage: 'ringpost flow rename FILE OLD NEW [--variable|--setting]',
  about:
    'gives a node (or a variable, a setting) another name wherever the flow and the tests beside it name it; - reads standard input and prints the flow',
  examples: [
    ['ringpost flow rename support.json triage ask-triage', 'renames a node'],
    ['ringpost flow rename support.json rings rounds --variable', 'renames a variable'],
  ],
  async run(args, ports) {
    const { flags, words } = takeOptions(args, { flags: ['--variable', '--setting'] });
    const [file, from, to] = words;
    if (words.length !== 3 || file === undefined || from === undefined || to === undefined) {
      throw new WrongUsage('A FILE, an OLD and a NEW name are needed.');
    }
    const sort = flags.has('--variable') ? 'variable' : flags.has('--setting') ? 'setting' : 'node';
    const wanted: Rename = { sort, from, to };
    const [flow] = await readFlows([file], ports);
    if (!flow) throw new WrongUsage('Name a flow.');
    const renamed = renameIn(playable(flow), wanted);
    if (!renamed) throw new Unreadable(`${file} has no ${sort} "${from}", or has a "${to}" already.`);
    const text = canonical(renamed);
    const [badName] = checkFlow(text).filter(({ code }) => code === 'E105');
    if (badName) throw new Unreadable(badName.message);
    if (file === '-') ports.out(text);
    else await writeBoth(file, text, wanted);
    return 0;
  },
};

async function writeBoth(file: string, text: string, wanted: Rename): Promise<void> {
  const tests = await readTests(file);
  await writeFile(file, text);
  if (tests) await writeFile(testsBeside(file), `${JSON.stringify(renameInTests(tests, wanted), null, 2)}\n`);
}
