import { evaluationFacts } from '../evaluation';
import { placeholdersOf } from '../placeholders';
import { emit, type Run } from '../engine/run';

/** Leaves a note of the flow in the enquiry; what stands in `{{ }}` is filled in next to the store. */
export function leaveNote(run: Run, text: string): void {
  const { flow, settings, state, at } = run;
  const facts = placeholdersOf(text).length > 0 ? { facts: evaluationFacts(flow, settings, state, at) } : {};
  emit(run, { do: 'keepNote', note: `${state.enquiryId}.${state.seq + 1}`, agent: null, text, ...facts });
}
