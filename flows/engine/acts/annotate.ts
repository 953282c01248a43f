import type { FlowEvent } from '../../state';
import { answerAct, emit, tell, type Run, type Turn } from '../run';
import { happened } from '../wait-events';

/** A person writes a note; it is kept whatever the enquiry does, be it closed. */
export function note(run: Run, event: Extract<FlowEvent, { type: 'note' }>): Turn | null {
  emit(run, { do: 'keepNote', note: event.note, agent: event.agent });
  tell(run, { kind: 'note', what: 'A note was written.', by: event.agent, detail: { note: event.note } });
  answerAct(run, event.act, { ok: true });
  return null;
}

/** A person changes the tags. */
export function tagAct(run: Run, event: Extract<FlowEvent, { type: 'tag' }>): Turn | null {
  const before = run.state.tags;
  const tags = [...new Set([...before, ...event.add])].filter((name) => !event.remove.includes(name));
  run.state.tags = tags;
  const added = tags.filter((name) => !before.includes(name));
  const removed = before.filter((name) => !tags.includes(name));
  tell(run, { kind: 'tag', what: 'Tags were changed.', by: event.agent, detail: { added, removed } });
  answerAct(run, event.act, { ok: true });
  return added.length > 0 ? happened(run, 'tag-added') : null;
}
