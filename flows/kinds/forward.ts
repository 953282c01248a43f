import type { ForwardNode } from '../flow';
import { resolveText } from '../setting-values';
import { ask } from '../engine/run';
import { DONE, type Kind } from './kind';
import { ref, say } from './schema-parts';

/** `forward`: sends the mail on to addresses outside, such as a supplier; the enquiry goes on here. */
export const forward: Kind<ForwardNode> = {
  title: 'Sends the mail on to addresses outside; the enquiry goes on here.',
  properties: {
    to: say('a list of addresses, such as ["returns@supplier.example"]', {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      uniqueItems: true,
      items: {
        anyOf: [{ type: 'string', maxLength: 254, pattern: '^[^\\s@<>,;]+@[^\\s@<>,;]+$' }, ref('setting')],
      },
    }),
  },
  required: ['to'],
  outcomes: DONE,
  enter(run, node) {
    const to = node.to.map((each) => resolveText(run.flow, run.settings, each)).filter((each) => each !== null);
    if (to.length === 0) {
      return { turn: 'outcome', outcome: 'done', what: 'Nothing was sent on: the channel names no address.' };
    }
    return ask(run, { do: 'forwardMail', to, messageId: run.state.message.id }, { on: 'node' });
  },
  resume: () => ({ turn: 'outcome', outcome: 'done', what: 'The mail was sent on.' }),
};
