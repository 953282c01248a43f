import type { FlowEvent } from '../../state';
import { answerAct, type Run, type Turn } from '../run';
import { accept } from './accept';
import { attend } from './attend';
import { closeAct } from './close';
import { decline } from './decline';
import { note, tagAct } from './annotate';
import { reply } from './reply';
import { resume } from './resume';
import { take } from './take';
import { transferAct } from './transfer';

/** An act of a person. */
export type Act = Extract<FlowEvent, { act: string }>;

/** Does a person's act, or refuses it with the reason; every act is answered here or by the question it asked. */
export function doAct(run: Run, event: Act): Turn | null {
  const { state } = run;
  if (state.asking) return refuse(run, event);
  switch (event.type) {
    case 'note':
      return note(run, event);
    case 'tag':
      return tagAct(run, event);
    case 'attend':
      return attend(run, event);
    default:
      if (state.status === 'closed') {
        answerAct(run, event.act, { ok: false, code: 'enquiry-closed' });
        return null;
      }
      return onOpenEnquiry(run, event);
  }
}

function onOpenEnquiry(run: Run, event: Exclude<Act, { type: 'note' | 'tag' | 'attend' }>): Turn | null {
  switch (event.type) {
    case 'accept':
      return accept(run, event);
    case 'decline':
      return decline(run, event);
    case 'take':
      return take(run, event);
    case 'reply':
      return reply(run, event);
    case 'transfer':
      return transferAct(run, event);
    case 'close':
      return closeAct(run, event);
    case 'resume':
      return resume(run, event);
  }
}

function refuse(run: Run, event: Act): null {
  answerAct(run, event.act, { ok: false, code: 'not-possible-now' });
  return null;
}
