import type { Rule } from '../context';

/** W205: nothing is said for the case that a node cannot do its work. */
export const noOnError: Rule = {
  code: 'W205',
  title: 'No onError',
  *check({ root }) {
    if (root['onError'] !== undefined) return;
    yield {
      pointer: '',
      message:
        'The flow does not say where to go when a node cannot do its work; such enquiries are parked for a supervisor. Add "onError" with the name of a node where people find them. A flow that is only called by others may leave it to them.',
    };
  },
};
