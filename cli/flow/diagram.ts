import { diagram as draw } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { linkedBeside } from './called-beside';
import { readFlows } from './flow-files';
import { playable } from './flow-tests';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';

/** `ringpost flow diagram`: the flow as a Mermaid flowchart. */
export const diagram: FlowCommand = {
  name: 'diagram',
  usage: 'ringpost flow diagram [FILE|-]',
  about: 'prints the flow as a Mermaid flowchart, which Markdown viewers draw',
  examples: [['ringpost flow diagram support.json > support.mmd', 'writes the diagram to a file']],
  async run(args, ports) {
    const { words } = takeOptions(args, {});
    const flows = await readFlows(words, ports);
    const [flow] = flows;
    if (!flow || flows.length > 1) throw new WrongUsage('One flow is drawn at a time.');
    ports.out(draw(await linkedBeside(flow, playable(flow))));
    return 0;
  },
};
