import { isMistyped, type Rule } from '../context';
import { pointerTo } from '../finding';

/** E208: a `wait` that may last for ever. */
export const waitWithoutTimeout: Rule = {
  code: 'E208',
  title: 'Wait without timeout',
  *check(context) {
    for (const { name, kind, json } of context.nodes.values()) {
      const pointer = pointerTo('nodes', name);
      if (kind !== 'wait' || json['timeout'] !== undefined || isMistyped(context, pointer, 'timeout')) continue;
      yield {
        pointer,
        message: `The node "${name}" may wait for ever. Add "timeout", such as "3d", and say under "next" where it leads.`,
      };
    }
  },
};
