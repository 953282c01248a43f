import type { FlowEvent } from '../../state';
import { refuseAct, type Run, type Turn } from '../run';
import { accept } from './accept';
import { attend } from './attend';
import { closeAct } from './close';
import { decline } from './decline';
import { note, tagAct } from './annotate';
import { merge, part, unmerge } from './merge';
import { reply } from './reply';
import { release } from './release';
import { reopenAct } from './reopen';
import { resume } from './resume';
import { snooze, unsnooze } from './snooze';
import { notSpam, spam } from './spam';
import { take } from './take';
import { transferAct } from './transfer';
import { undoClose, undoTransfer } from './undo';
import { unsend } from './unsend';

/** An act of a person. */
export type Act = Extract<FlowEvent, { act: string }>;

/** Does a person's act, or refuses it with the reason; every act is answered here or by the question it asked. */
export function doAct(run: Run, event: Act): Turn | null {
  const { state } = run;
  if (state.asking || state.errand) return refuseAct(run, event.act, 'not-possible-now');
  if (state.merged && event.type !== 'unmerge') {
    const { by, at } = state.merged;
    return refuseAct(run, event.act, 'enquiry-merged', { by, at });
  }
  switch (event.type) {
    case 'note':
      return note(run, event);
    case 'tag':
      return tagAct(run, event);
    case 'attend':
      return attend(run, event);
    case 'spam':
      return spam(run, event);
    case 'not-spam':
      return notSpam(run, event);
    case 'reopen':
      return reopenAct(run, event);
    case 'undo-close':
      return undoClose(run, event);
    case 'merge':
      return merge(run, event);
    case 'unmerge':
      return unmerge(run, event);
    case 'part':
      return part(run, event);
    default:
      if (state.status === 'closed') return refuseAct(run, event.act, 'enquiry-closed');
      return onOpenEnquiry(run, event);
  }
}

type ActAnyTime = {
  type: 'note' | 'tag' | 'attend' | 'spam' | 'not-spam' | 'reopen' | 'undo-close' | 'merge' | 'unmerge' | 'part';
};

function onOpenEnquiry(run: Run, event: Exclude<Act, ActAnyTime>): Turn | null {
  switch (event.type) {
    case 'accept':
      return accept(run, event);
    case 'decline':
      return decline(run, event);
    case 'take':
      return take(run, event);
    case 'reply':
      return reply(run, event);
    case 'unsend':
      return unsend(run, event);
    case 'transfer':
      return transferAct(run, event);
    case 'close':
      return closeAct(run, event);
    case 'resume':
      return resume(run, event);
    case 'snooze':
      return snooze(run, event);
    case 'unsnooze':
      return unsnooze(run, event);
    case 'release':
      return release(run, event);
    case 'undo-transfer':
      return undoTransfer(run, event);
  }
}
