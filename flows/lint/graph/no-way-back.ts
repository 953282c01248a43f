import type { Rule } from '../context';
import { calls } from '../references/called-flows';

/** E211: agents can take and close enquiries wherever they rest, and the flow does not say where that leads. */
export const noWayBack: Rule = {
  code: 'E211',
  title: 'onTaken or onClosed is missing',
  *check(context) {
    const { root, nodes } = context;
    const rests = [...nodes.values()].find(
      (text) => text.kind === 'ring' || text.kind === 'wait' || calls(context, text, ['ring', 'wait'], false),
    );
    if (!rests) return;
    for (const [property, act] of [
      ['onTaken', 'takes'],
      ['onClosed', 'closes'],
    ] as const) {
      if (root[property] !== undefined) continue;
      yield {
        pointer: '',
        message: `The flow does not say where to go on when an agent ${act} an enquiry that rests, as it may at "${rests.name}". Add "${property}" with the name of a node.`,
      };
    }
  },
};
