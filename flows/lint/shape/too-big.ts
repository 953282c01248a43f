import type { Rule } from '../context';
import { pointerTo } from '../finding';

const MAX_NODES = 200;
const MAX_CASES = 50;

/** E702: more nodes or cases than a person can follow and an enquiry should carry. */
export const tooBig: Rule = {
  code: 'E702',
  title: 'Over 200 nodes or 50 cases',
  *check({ nodes }) {
    if (nodes.size > MAX_NODES) {
      yield {
        pointer: '/nodes',
        message: `The flow has ${nodes.size} nodes; ${MAX_NODES} is the most. Part it into several flows.`,
      };
    }
    for (const { name, json } of nodes.values()) {
      const cases = json['cases'];
      if (Array.isArray(cases) && cases.length > MAX_CASES) {
        const message = `The node "${name}" has ${cases.length} cases; ${MAX_CASES} is the most. Part them over several switches.`;
        yield { pointer: pointerTo('nodes', name, 'cases'), message };
      }
    }
  },
};
