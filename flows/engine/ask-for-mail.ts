import { templateFacts } from '../evaluation';
import type { Pending } from '../state';
import { ask, type NewEffect, type Run, type Turn } from './run';

type QueueMail = Extract<NewEffect, { do: 'queueMail' }>;

/** Asks for a mail from a template, with what of the flow the template may read. */
export function askForMail(run: Run, mail: Omit<QueueMail, 'do' | 'facts'>, pending: Pending): Turn {
  const { flow, settings, state } = run;
  return ask(run, { do: 'queueMail', ...mail, ...templateFacts(flow, settings, state) }, pending);
}
