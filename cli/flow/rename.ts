import { writeFile } from 'node:fs/promises';
import { canonical, checkFlow, renameIn, renameInTests, type Flow, type FlowTests, type Rename } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { calledBeside, callersBeside } from './called-beside';
import { readFlows, testsBeside, Unreadable } from './flow-files';
import { playable, readTests } from './flow-tests';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';

/** `ringpost flow rename`: gives a node, variable or setting another name wherever it is named. */
export const rename: FlowCommand = {
  name: 'rename',
  usage: 'ringpost flow rename FILE OLD NEW [--variable|--setting]',
  about:
    'gives a node (or a variable, a setting) another name wherever the flow, the tests beside it and the tests of flows of the folder that call it name it; - reads standard input and prints the flow',
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
    const played = playable(flow);
    const renamed = renameIn(played, wanted);
    if (!renamed) throw new Unreadable(whyNot(file, Object.keys(played[PARTS[sort]] ?? {}), wanted));
    const text = canonical(renamed);
    const [badName] = checkFlow(text).filter(({ code }) => code === 'E105');
    if (badName) throw new Unreadable(badName.message);
    if (sort !== 'node') await refuseShared(file, played, wanted);
    if (file === '-') ports.out(text);
    else await writeAll({ file, text, id: played.id }, wanted);
    return 0;
  },
};

/** Flows that call each other share what both declare under one name; one alone would part them, or bind them together. */
async function refuseShared(file: string, flow: Flow, { sort, from, to }: Rename): Promise<void> {
  if (file === '-') return;
  const called = [...(await calledBeside(file, flow)).values()];
  const others = [...called, ...(await callersBeside(file, flow.id))].map((each) => each.flow);
  for (const name of [from, to]) {
    const other = others.find((each) => Object.hasOwn(each[PARTS[sort]] ?? {}, name));
    if (!other) continue;
    throw new Unreadable(
      `The flow "${other.id}" has a ${sort} "${name}" too, and flows that call each other share what both declare. ${
        name === from ? 'Rename it in both files by hand.' : 'Choose another name.'
      }`,
    );
  }
}

const PARTS = { node: 'nodes', variable: 'variables', setting: 'settings' } as const;

function whyNot(file: string, names: string[], { sort, from, to }: Rename): string {
  if (names.includes(from)) return `${file} has a ${sort} "${to}" already. Choose another name.`;
  return `${file} has no ${sort} "${from}". It has: ${names.join(', ') || 'none'}.`;
}

interface Renamed {
  file: string;
  text: string;
  id: string;
}

/** All tests are read before anything is written. */
async function writeAll({ file, text, id }: Renamed, wanted: Rename): Promise<void> {
  const changed = new Map<string, FlowTests>();
  const own = await readTests(file);
  if (own) changed.set(file, renameInTests(own, wanted));
  for (const { caller, at } of wanted.sort === 'node' ? await callersBeside(file, id) : []) {
    const theirs = changed.get(caller) ?? (await readTests(caller));
    const inside = { ...wanted, from: `${at}/${wanted.from}`, to: `${at}/${wanted.to}` };
    if (theirs) changed.set(caller, renameInTests(theirs, inside));
  }
  await writeFile(file, text);
  for (const [flow, tests] of changed) await writeFile(testsBeside(flow), `${JSON.stringify(tests, null, 2)}\n`);
}
