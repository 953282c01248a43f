import { isMistyped, type Rule } from '../context';

/** E104: the flow does not say where it begins. */
export const noStart: Rule = {
  code: 'E104',
  title: 'No start',
  *check(context) {
    const { root, nodes } = context;
    if (root['start'] !== undefined || isMistyped(context, '', 'start')) return;
    const first = nodes.keys().next().value;
    yield {
      pointer: '',
      message: 'The flow does not say at which node it begins. Add "start" with the name of that node.',
      ...(first === undefined ? {} : { suggestion: `Perhaps "start": "${first}".` }),
    };
  },
};
