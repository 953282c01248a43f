import { factOf } from '../../facts';
import type { Rule } from '../context';
import { placesOf } from '../expressions/texts-of';

/** E601: customer data in the path of a webhook, where every log on the way keeps it. */
export const personalPath: Rule = {
  code: 'E601',
  title: 'Customer data in a webhook path',
  *check(context) {
    for (const { pointer, node, path, inPath } of placesOf(context)) {
      if (!inPath || path === null || !factOf(context, path)?.personal) continue;
      yield {
        pointer,
        message: `The node "${node}" would write "${path}" into the path of an address, and paths are kept in logs on the way. Put it under "query" or "body".`,
      };
    }
  },
};
