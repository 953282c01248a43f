import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { edgesOf, loopsOf } from './graph';

/** E206: a loop that may run round without any pause. */
export const endlessBurst: Rule = {
  code: 'E206',
  title: 'Loop without a pause',
  *check(context) {
    const immediate = edgesOf(context).filter(({ takesTime }) => !takesTime);
    for (const loop of loopsOf(context.nodes.keys(), immediate)) {
      const [first = '', ...others] = loop;
      yield {
        pointer: pointerTo('nodes', first),
        message:
          loop.length === 1
            ? `The node "${first}" leads back to itself without a pause. Put a "wait" between.`
            : `The nodes ${loop.map((name) => `"${name}"`).join(', ')} lead round in a circle without a pause. Put a "wait" between.`,
        related: others.map((name) => ({ pointer: pointerTo('nodes', name), message: 'is part of the circle' })),
      };
    }
  },
};
