import type { LintContext, Rule } from '../context';
import { pointerTo, type Found } from '../finding';
import { edgesOf, entriesOf, reach } from '../graph/graph';
import { readsOf, settersOf } from './uses-of';

/** W314: a variable that is read where no path can have set it yet, so that it always has its default. */
export const readBeforeSet: Rule = {
  code: 'W314',
  title: 'Variable read before any path could set it',
  *check(context) {
    const read = new Set(readsOf(context).map(({ variable }) => variable));
    for (const variable of read) if (Object.hasOwn(context.variables, variable)) yield* tooEarly(context, variable);
  },
};

function* tooEarly(context: LintContext, variable: string): Iterable<Found> {
  const setters = settersOf(context, variable);
  if (setters.length === 0) {
    const message = `Nothing sets the variable "${variable}", so it always has its default. Set it by a "set" or a "webhook", or write the value itself.`;
    yield { pointer: pointerTo('variables', variable), message };
    return;
  }
  const edges = edgesOf(context);
  // Once it is set, the course may also go on at the flow's own entries, all but the start.
  const behind = edges.filter(({ from }) => setters.includes(from)).map(({ to }) => to);
  const later = reach([...behind, ...entriesOf(context).filter((name) => name !== context.root['start'])], edges);
  // What no course comes to E202 has said.
  const reached = reach(entriesOf(context), edges);
  for (const { variable: which, node, pointer, into } of readsOf(context)) {
    // Counting on from the default is meant, and a called flow may set before it reads.
    const called = context.nodes.get(node)?.kind === 'subflow';
    if (which !== variable || into === variable || called || later.has(node) || !reached.has(node)) continue;
    yield {
      pointer,
      message: `The node "${node}" reads "vars.${variable}" before any path could have set it: there it always has its default.`,
      related: setters.map((name) => ({ pointer: pointerTo('nodes', name), message: 'sets it' })),
    };
  }
}
