import { NEVER } from '../flows/state';
import type { Enquiry } from '../store/enquiries';
import { lineOf } from '../store/lines';
import type { TypeOf } from './http/schema';
import type { ApiPorts } from './ports';
import { iso, isoOf } from './shapes/basics';
import type { waitingShape } from './shapes/waiting';
import { tellDecision } from './trace-story';

/** Where an enquiry stands that waits in line or on a group's list, until when, and why nobody has it; null for others. */
export async function waitingOf(
  { store }: Pick<ApiPorts, 'store'>,
  { _id, state, timeline }: Enquiry,
): Promise<TypeOf<typeof waitingShape> | null> {
  const rest = state?.rest;
  if (!state || (rest?.kind !== 'line' && rest?.kind !== 'list')) return null;
  const until = rest.until >= NEVER ? null : isoOf(rest.until);
  if (rest.kind === 'list') {
    const why = 'The group works from a list: it waits until an agent takes it.';
    return { for: { group: rest.group }, position: null, length: null, since: isoOf(rest.since), until, why };
  }
  const entries = await store.lines.waiting(lineOf(rest.target));
  const index = entries.findIndex((entry) => entry._id === _id);
  const since = entries[index]?.since;
  return {
    for: rest.target,
    position: index < 0 ? null : index + 1,
    length: entries.length,
    since: since ? iso(since) : isoOf(rest.since),
    until,
    why: await whyNobody(store, timeline),
  };
}

/** The reason of every agent when somebody was last looked for. */
async function whyNobody(store: ApiPorts['store'], timeline: Enquiry['timeline']): Promise<string> {
  const ids = timeline.map(({ detail }) => detail?.['decision']).filter((id) => typeof id === 'string');
  const decision = await store.decisions.get(ids.at(-1) ?? '');
  if (!decision) return 'It waits for an agent with a free slot.';
  const agents = await store.agents.getMany(decision.candidates.map(({ agent }) => agent));
  return tellDecision(decision, Object.fromEntries(agents.map((agent) => [agent._id, agent.name])));
}
