import type { Absorbed, FlowEvent } from '../state';
import { greetNoMore } from './acts/reopen';
import { reopenNode } from './closed-reply';
import { contactWrote, reopen } from './mail';
import { ask, emit, tell, type Run, type Turn } from './run';
import { assign, holdSlot } from './slots';

/**
 * A younger enquiry was merged into this one. Who has this one keeps it; where nobody has it, whoever had the younger does.
 * Where somebody had to do something in the younger, it is to be done here: a closed enquiry is opened again for it.
 */
export function absorbed(run: Run, event: Extract<FlowEvent, { type: 'absorbed' }>): Turn | null {
  const { state } = run;
  const { from, number, by, tags, priority, messages, attention, assignee } = event;
  state.messages += messages;
  state.tags = [...new Set([...state.tags, ...tags])];
  state.priority = Math.max(state.priority, priority);
  state.attention ??= attention;
  tell(run, { kind: 'absorbed', what: `Enquiry ${number} was merged into this one.`, by, detail: { from, number } });
  if (state.merged) {
    emit(run, { do: 'bringOver', into: state.merged.into, told: toldOn(event) }, null);
    return null;
  }
  if (!event.open) return null;
  // The question that is open decides the course first; the driver holds this back meanwhile.
  const free = !state.asking;
  if (state.status === 'closed') return free ? opened(run, event) : null;
  if (free && state.assignee === null && assignee !== null) {
    return ask(run, { do: 'reserveFor', agent: assignee, force: true }, { on: 'take', agent: assignee, by });
  }
  return event.awaits ? contactWrote(run) : null;
}

/** It was merged itself meanwhile: the one it is in hears of it. */
function toldOn({ by, since, open, awaits, assignee, tags, priority, attention }: Absorbed) {
  return { by, since, open, awaits, assignee, tags, priority, attention };
}

function opened(run: Run, { assignee }: Absorbed): Turn {
  const { state, flow } = run;
  const { onTaken } = flow;
  greetNoMore(run);
  const turn = reopen(run, state.message, assignee === null ? reopenNode(flow) : (onTaken ?? reopenNode(flow)));
  if (assignee !== null) {
    assign(run, assignee);
    holdSlot(run, assignee);
  }
  return turn;
}

/** A person made an enquiry of one message: somebody is at it already, so no robot greets its contact. */
export function splitOff(run: Run, from: string): void {
  greetNoMore(run);
  tell(run, { kind: 'split', what: 'A person split this message off another enquiry.', detail: { from } });
}
