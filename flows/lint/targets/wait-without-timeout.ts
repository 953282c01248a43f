import type { Rule } from '../context';
import { pointerTo } from '../finding';

/** E208: a `wait` that may last for ever. */
export const waitWithoutTimeout: Rule = {
  code: 'E208',
  title: 'Wait without timeout',
  *check({ nodes }) {
    for (const { name, kind, json } of nodes.values()) {
      if (kind !== 'wait' || json['timeout'] !== undefined) continue;
      yield {
        pointer: pointerTo('nodes', name),
        message: `The node "${name}" may wait for ever. Add "timeout", such as "3d", and say under "next" where it leads.`,
      };
    }
  },
};
