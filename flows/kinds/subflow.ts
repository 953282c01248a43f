import type { SubflowNode } from '../flow';
import { ask, type Run } from '../engine/run';
import { openVariables } from '../personal';
import { DONE, type Kind } from './kind';
import { ref, say } from './schema-parts';

/**
 * `subflow`: runs another flow inside of this one; where that flow would close the enquiry, this one goes on. In a linked
 * flow the nodes of the other stand beside, named after this node; where they do not (one file alone is played), whoever
 * plays it says how the other flow ended.
 */
export const subflow: Kind<SubflowNode> = {
  title: 'Runs another flow and goes on when that one comes to its end.',
  properties: { flow: say('the id of a published flow, such as "tag-intent"', ref('slug')) },
  required: ['flow'],
  outcomes: DONE,
  enter(run, { flow: id }) {
    const { node } = run.state;
    const part = node === null ? undefined : run.flow.parts?.[node];
    if (node === null || !part) return ask(run, { do: 'runSubflow', flow: id }, { on: 'node' });
    run.state.vars = { ...run.state.vars, ...ownVariables(run, node) };
    forgetKept(run, node);
    const detail = { flow: part.flow, revision: part.revision };
    return { turn: 'go', node: part.start, what: `Runs the flow "${part.flow}".`, detail };
  },
  resume: (_run, { flow: id }) => ({ turn: 'outcome', outcome: 'done', what: `The flow "${id}" came to its end.` }),
};

/** Variables of the other flow alone begin anew each time it is called; those it shares with this one go on. */
function ownVariables({ flow }: Run, node: string): Record<string, string | number | boolean> {
  const own = openVariables(flow).filter(([name]) => name.startsWith(`${node}/`));
  return Object.fromEntries(own.map(([name, declared]) => [name, declared.default]));
}

function forgetKept({ state }: Run, node: string): void {
  if (!state.kept) return;
  const others = Object.entries(state.kept).filter(([name]) => !name.startsWith(`${node}/`));
  state.kept = Object.fromEntries(others);
}
