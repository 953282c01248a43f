import type { Answer } from '../state';
import { resolveText } from '../setting-values';
import { askForMail } from './ask-for-mail';
import { closeEnquiry } from './closing';
import { has, tell, type Run, type Turn } from './run';

/** Slugs of the templates where the flow names none. */
const WARNING = 'idle-warning';
const NOTICE = 'enquiry-closed-idle';

/** The time of the contact's silence is over, or soon will be; null when it is not. */
export function idleOver(run: Run): Turn | null {
  const { idle } = run.state;
  if (!idle) return null;
  if (idle.warnAt !== null && run.at >= idle.warnAt) return warn(run);
  return run.at >= idle.closeAt ? closeIdle(run) : null;
}

/** The warning, or the notice of the close, was asked for; null: it could not be written. */
export function idleAnswered(run: Run, answer: Answer | null, what: 'warning' | 'notice'): Turn | null {
  const queued = has(answer, 'queued');
  const why = has(answer, 'suppressed') ? answer.suppressed : 'it could not be written';
  if (what === 'notice') return closed(run, queued ? null : why);
  const said = queued
    ? 'The contact is silent: he is told that it will close.'
    : `No warning before the close: ${why}.`;
  tell(run, { kind: 'idle', what: said, ...(queued ? { detail: { outbox: answer.queued } } : {}) });
  return null;
}

function warn(run: Run): Turn | null {
  const { state, flow } = run;
  const { idle } = state;
  if (!idle || idle.warnAt === null) return null;
  // A warning that comes late leaves the contact as long as one in time would have.
  state.idle = { warnAt: null, closeAt: Math.max(idle.closeAt, run.at + idle.closeAt - idle.warnAt) };
  const template = templateOf(run, flow.idleClose === false ? false : flow.idleClose?.warning, WARNING);
  if (template === null) return null;
  if (!byPerson(run)) return idleAnswered(run, { suppressed: NO_PERSON }, 'warning');
  return askForMail(run, { mail: 'idle-warning', template, messageId: state.answerTo }, idleOf('warning'));
}

function closeIdle(run: Run): Turn {
  const { state, flow } = run;
  state.idle = null;
  const template = templateOf(run, flow.idleClose === false ? false : flow.idleClose?.notify, NOTICE);
  if (template === null) return closed(run, null);
  if (!byPerson(run)) return closed(run, NO_PERSON);
  return askForMail(run, { mail: 'close-notice', template, messageId: state.answerTo }, idleOf('notice'));
}

function closed(run: Run, withoutNotice: string | null): Turn {
  const without = withoutNotice === null ? '' : ` without a notice: ${withoutNotice}`;
  return closeEnquiry(run, 'no-reply', `The contact was silent for long: closed${without}.`);
}

const NO_PERSON = 'no person wrote the mail';
const idleOf = (what: 'warning' | 'notice') => ({ on: 'idle' as const, what });

function byPerson({ state: { message } }: Run): boolean {
  return message.kind === 'person' && !message.automatic;
}

function templateOf(
  { flow, settings }: Run,
  value: string | false | { setting: string } | undefined,
  otherwise: string,
): string | null {
  if (value === false) return null;
  return value === undefined ? otherwise : (resolveText(flow, settings, value) ?? otherwise);
}
