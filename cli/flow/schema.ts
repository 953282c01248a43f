import { factsSchema, flowSchema } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';

/** `ringpost flow schema`: the JSON Schema of flows, for editors. */
export const schema: FlowCommand = {
  name: 'schema',
  usage: 'ringpost flow schema [flow|facts]',
  about:
    'prints the JSON Schema of flows, or of what conditions may read, so that editors complete and check while you type',
  examples: [
    ['ringpost flow schema > flow-1.json', 'for "json.schemas" of an editor'],
    ['ringpost flow schema facts', 'everything a condition may read, with its type'],
  ],
  async run(args, ports) {
    const [which = 'flow', ...more] = takeOptions(args, {}).words;
    if (more.length > 0 || (which !== 'flow' && which !== 'facts')) throw new WrongUsage('It is "flow" or "facts".');
    ports.out(`${JSON.stringify(which === 'flow' ? flowSchema() : factsSchema(), null, 2)}\n`);
    return Promise.resolve(0);
  },
};
