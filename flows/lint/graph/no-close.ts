import { isKind } from '../../kinds';
import type { Rule } from '../context';

/** E209: a flow without any `close`. */
export const noClose: Rule = {
  code: 'E209',
  title: 'No close at all',
  *check({ nodes }) {
    // A node whose kind is mistyped may be the one.
    if ([...nodes.values()].some(({ kind }) => kind === 'close' || !isKind(kind))) return;
    yield { pointer: '/nodes', message: 'The flow has no node of the kind "close", so no enquiry ever ends. Add one.' };
  },
};
