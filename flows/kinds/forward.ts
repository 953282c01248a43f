import type { ForwardNode } from '../flow';
import type { EnquiryState } from '../state';
import { resolveText } from '../setting-values';
import { ask, has } from '../engine/run';
import { DONE, type Kind } from './kind';
import { ref, say } from './schema-parts';

/** Mails that one enquiry may send on: a net under loops the linter cannot see. */
export const MAX_FORWARDS = 10;

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
    const reason = withheld(run.state);
    if (reason) return notSent(reason);
    const to = node.to.map((each) => resolveText(run.flow, run.settings, each)).filter((each) => each !== null);
    if (to.length === 0) {
      return { turn: 'outcome', outcome: 'done', what: 'Nothing was sent on: the channel names no address.' };
    }
    return ask(run, { do: 'forwardMail', to, messageId: run.state.message.id }, { on: 'node' });
  },
  resume(run, _node, answer) {
    if (has(answer, 'suppressed')) return notSent(answer.suppressed);
    if (!has(answer, 'queued')) return { turn: 'fail', code: 'unexpected-answer' };
    run.state.forwards = (run.state.forwards ?? 0) + 1;
    const detail = { outbox: answer.queued };
    return { turn: 'outcome', outcome: 'done', what: 'The mail was sent on.', detail };
  },
};

const notSent = (suppressed: string) => ({
  turn: 'outcome' as const,
  outcome: 'done',
  what: `Nothing was sent on: ${suppressed}.`,
  detail: { suppressed },
});

function withheld({ message, forwards = 0 }: EnquiryState): string | null {
  if (message.automatic) return 'the mail is automatic';
  if (message.kind !== 'person') return 'no person wrote the mail';
  return forwards < MAX_FORWARDS ? null : `this enquiry has sent on ${MAX_FORWARDS} mails`;
}
