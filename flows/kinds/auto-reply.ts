import type { AutoReplyNode } from '../flow';
import type { EnquiryState } from '../state';
import { resolveText } from '../setting-values';
import { askForMail } from '../engine/ask-for-mail';
import { has } from '../engine/run';
import { DONE, type Kind } from './kind';
import { say, slugOrSetting } from './schema-parts';

/** `auto-reply`: answers the mail from a template; the engine sends at most one per enquiry, none to machines. */
export const autoReply: Kind<AutoReplyNode> = {
  title: 'Answers the mail from a template, once per enquiry and never to automatic mail.',
  properties: { template: say('the name of a template, such as "support-received"', slugOrSetting) },
  required: ['template'],
  outcomes: DONE,
  enter(run, node) {
    const reason = suppressed(run.state, run.defaults.autoReplies);
    if (reason)
      return { turn: 'outcome', outcome: 'done', what: `No auto-reply: ${reason}.`, detail: { suppressed: reason } };
    const template = resolveText(run.flow, run.settings, node.template);
    if (template === null) {
      return { turn: 'outcome', outcome: 'done', what: 'No auto-reply: the channel names no template.' };
    }
    const messageId = run.state.message.id;
    return askForMail(run, { mail: 'auto-reply', template, messageId }, { on: 'node' });
  },
  resume(run, _node, answer) {
    if (has(answer, 'suppressed')) {
      const detail = { suppressed: answer.suppressed };
      return { turn: 'outcome', outcome: 'done', what: `No auto-reply: ${answer.suppressed}.`, detail };
    }
    if (!has(answer, 'queued')) return { turn: 'fail', code: 'unexpected-answer' };
    run.state.autoReplies += 1;
    return {
      turn: 'outcome',
      outcome: 'done',
      what: 'The auto-reply is on its way.',
      detail: { outbox: answer.queued },
    };
  },
};

function suppressed(state: EnquiryState, most: number): string | null {
  if (state.message.automatic) return 'the mail is automatic';
  if (state.message.kind !== 'person') return 'no person wrote the mail';
  if (!state.message.participant) return 'the sender is not the contact';
  if (state.autoReplies < most) return null;
  return most === 1 ? 'this enquiry has had one' : `this enquiry has had ${state.autoReplies}`;
}
