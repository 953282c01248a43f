import type { PriorityNode } from '../flow';
import { DONE, type Kind } from './kind';
import { say } from './schema-parts';

/** `priority`: says how soon the enquiry is to be served; the line serves higher ones first, then older ones. */
export const priority: Kind<PriorityNode> = {
  title: 'Gives the enquiry its priority; higher ones are served first.',
  properties: {
    to: say('a whole number from -9 to 9; an enquiry begins with 0', { type: 'integer', minimum: -9, maximum: 9 }),
  },
  required: ['to'],
  outcomes: DONE,
  enter(run, node) {
    const before = run.state.priority;
    run.state.priority = node.to;
    const what = before === node.to ? 'The priority stays.' : 'The priority was changed.';
    return { turn: 'outcome', outcome: 'done', what, detail: { before, priority: node.to } };
  },
};
