import { pathsRead } from '../../expression';
import type { LintContext, Rule } from '../context';
import { pointerTo } from '../finding';
import { edgesOf, loopsOf, type Edge } from './graph';

/** W210: a loop with pauses that nothing ends: it counts nothing, and no event from outside leads out of it. */
export const endlessWait: Rule = {
  code: 'W210',
  title: 'A loop that never ends by itself',
  *check(context) {
    const edges = edgesOf(context);
    const byItself = edges.filter(({ outside }) => !outside);
    const bursts = loopsOf(
      context.nodes.keys(),
      edges.filter(({ takesTime }) => !takesTime),
    );
    for (const loop of loopsOf(context.nodes.keys(), byItself)) {
      const leaving = edges.filter(({ from, to }) => loop.includes(from) && !loop.includes(to));
      const pauses = edges.some(({ from, to, takesTime }) => takesTime && loop.includes(from) && loop.includes(to));
      // Without a pause it is E206; without any way out it is E207.
      if (!pauses || leaving.length === 0) continue;
      if (bursts.some((burst) => loop.every((name) => burst.includes(name)))) continue;
      // What cannot be read may well count.
      if (loop.some((name) => !context.nodes.get(name)?.node)) continue;
      if (counts(context, loop, leaving) || leaving.some(({ outside }) => outside)) continue;
      const names = loop.map((name) => `"${name}"`).join(', ');
      const who = loop.length === 1 ? `The node ${names} goes` : `The nodes ${names} go`;
      yield {
        pointer: pointerTo('nodes', loop[0] ?? ''),
        message: `${who} round for ever when nobody answers. Count the rounds with a "set" and leave by a "switch", or let a "wait" name an event.`,
        related: loop.slice(1).map((name) => ({ pointer: pointerTo('nodes', name), message: 'is part of the loop' })),
      };
    }
  },
};

/** A variable that the loop changes, and a switch that looks at it and leads out. */
function counts({ nodes }: LintContext, loop: string[], leaving: Edge[]): boolean {
  const changed = loop
    .flatMap((name) => nodes.get(name)?.node ?? [])
    .flatMap((node) => (node.type === 'set' ? Object.keys(node.values) : []));
  return leaving.some(({ from }) => {
    const node = nodes.get(from)?.node;
    return (
      node?.type === 'switch' &&
      node.cases.some(({ when }) => pathsRead(when).some((path) => changed.some((name) => path === `vars.${name}`)))
    );
  });
}
