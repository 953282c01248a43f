import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { edgesOf, loopsOf } from './graph';

/** E605: an auto-reply that a loop comes to again without anything from outside having happened. */
export const repeatedReply: Rule = {
  code: 'E605',
  title: 'Auto-reply in a loop',
  *check(context) {
    const edges = edgesOf(context);
    const byItself = edges.filter(({ outside }) => !outside);
    // Where the loop has no pause at all E206 has said so.
    const bursts = loopsOf(
      context.nodes.keys(),
      byItself.filter(({ takesTime }) => !takesTime),
    );
    for (const loop of loopsOf(context.nodes.keys(), byItself)) {
      for (const name of loop) {
        if (context.nodes.get(name)?.kind !== 'auto-reply' || bursts.some((burst) => burst.includes(name))) continue;
        yield {
          pointer: pointerTo('nodes', name),
          message: `The auto-reply "${name}" stands in a loop that goes round by itself: it would come again and again. Lead back behind it, or let a "wait" for "customer-replied" stand between.`,
          related: loop
            .filter((other) => other !== name)
            .map((other) => ({ pointer: pointerTo('nodes', other), message: 'is part of the loop' })),
        };
      }
    }
  },
};
