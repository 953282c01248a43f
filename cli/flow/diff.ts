import { diffFlows, type FlowDifference } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { paintFor, type Paint } from './colours';
import { readFlows } from './flow-files';
import { comparable } from './flow-tests';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';

/** `ringpost flow diff`: what changed from one flow to another, node by node. */
export const diff: FlowCommand = {
  name: 'diff',
  usage: 'ringpost flow diff OLD NEW [--json]',
  about:
    'says what changed from one flow to another, node by node; order and layout do not count, and either may have errors. Exit code 1 when something did',
  examples: [
    ['ringpost flow diff support.json draft.json', 'what the draft changes'],
    ['git show HEAD:support.json | ringpost flow diff - support.json', 'what changed since the last commit'],
  ],
  async run(args, ports) {
    const { flags, words } = takeOptions(args, { flags: ['--json'] });
    if (words.length !== 2) throw new WrongUsage('Two flows are compared: OLD and NEW.');
    const [before, after] = await readFlows(words, ports);
    if (!before || !after) throw new WrongUsage('Two flows are compared: OLD and NEW.');
    const differences = diffFlows(comparable(before), comparable(after));
    if (flags.has('--json')) ports.out(`${JSON.stringify(differences)}\n`);
    else for (const each of differences) ports.out(`${told(each, paintFor(ports.colours))}\n`);
    return differences.length > 0 ? 1 : 0;
  },
};

function told({ pointer, what, before, after }: FlowDifference, paint: Paint): string {
  const place = pointer.slice(1).replaceAll('/', ' ');
  if (what === 'added') return paint.green(`+ ${place}: ${JSON.stringify(after)}`);
  if (what === 'removed') return paint.red(`- ${place}: ${JSON.stringify(before)}`);
  if (what === 'renamed') return paint.yellow(`~ ${place}: was called ${JSON.stringify(before)}`);
  return paint.yellow(`~ ${place}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
}
