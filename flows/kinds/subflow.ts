import type { SubflowNode } from '../flow';
import { ask } from '../engine/run';
import { DONE, type Kind } from './kind';
import { ref, say } from './schema-parts';

/** `subflow`: runs another flow inside of this one; where that flow would close the enquiry, this one goes on. */
export const subflow: Kind<SubflowNode> = {
  title: 'Runs another flow and goes on when that one comes to its end.',
  properties: { flow: say('the id of a published flow, such as "tag-intent"', ref('slug')) },
  required: ['flow'],
  outcomes: DONE,
  enter: (run, node) => ask(run, { do: 'runSubflow', flow: node.flow }, { on: 'node' }),
  resume: () => ({ turn: 'outcome', outcome: 'done', what: 'The other flow came to its end.' }),
};
