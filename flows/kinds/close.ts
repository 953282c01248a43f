import type { CloseNode } from '../flow';
import { resolveText } from '../setting-values';
import { askForMail } from '../engine/ask-for-mail';
import { closeEnquiry } from '../engine/closing';
import { has, tell, type Run, type Turn } from '../engine/run';
import { partsAround } from '../subflows/parts';
import type { Kind } from './kind';
import { ref, say, slugOrSetting } from './schema-parts';

/** `close`: tells the contact, where the flow and the agent want it, and ends the enquiry. */
export const close: Kind<CloseNode> = {
  title: 'Closes the enquiry and may tell the contact.',
  properties: {
    reason: say('a lower-case word for reports, or several joined by "-", such as "no-reply"', ref('slug')),
    notify: say('false, or the name of a template, such as "enquiry-closed"', {
      anyOf: [{ const: false }, slugOrSetting],
    }),
  },
  required: ['reason', 'notify'],
  withoutNext: true,
  outcomes: [],
  enter(run, node) {
    const [caller] = partsAround(run.flow, run.state.node);
    if (caller !== undefined) return backTo(run, caller, node.reason);
    const template = node.notify === false ? null : resolveText(run.flow, run.settings, node.notify);
    if (template === null) return closeEnquiry(run, node.reason, 'Closed.');
    const reason = withoutNotice(run);
    if (reason) return closeEnquiry(run, node.reason, `Closed without a notice: ${reason}.`);
    const messageId = run.state.answerTo;
    const undoable = run.state.undo ? { undoable: true as const } : {};
    return askForMail(run, { mail: 'close-notice', template, messageId, ...undoable }, { on: 'node' });
  },
  resume(run, node, answer) {
    if (has(answer, 'suppressed')) {
      return closeEnquiry(run, node.reason, `Closed without a notice: ${answer.suppressed}.`);
    }
    const detail = has(answer, 'queued') ? { outbox: answer.queued } : {};
    const { undo } = run.state;
    if (undo && has(answer, 'queued') && typeof answer.queued === 'string') {
      run.state.undo = { ...undo, mail: answer.queued };
    }
    tell(run, { kind: 'mail', what: 'The notice is on its way.', detail });
    return closeEnquiry(run, node.reason, 'Closed.');
  },
  // An enquiry that is over must not stay open because its notice cannot be written.
  failed: (run, node, code) => closeEnquiry(run, node.reason, `Closed without a notice: ${code}.`),
};

/** The end of a flow that another called: nothing is closed and nobody is told; the calling node is left. */
function backTo(run: Run, caller: string, reason: string): Turn {
  run.state.node = caller;
  const what = `The flow "${run.flow.parts?.[caller]?.flow ?? ''}" came to its end.`;
  return { turn: 'outcome', outcome: 'done', what, detail: { reason } };
}

function withoutNotice({ state }: Run): string | null {
  if (state.message.automatic || state.message.kind !== 'person') return 'no person wrote the mail';
  return state.closing?.notify === false ? 'the agent chose so' : null;
}
