import type { Flow } from '../flow';
import { holdSlot, assign } from './slots';
import { tell, type Run, type Turn } from './run';

/**
 * Where an enquiry begins that an agent opens by writing first: at the `engage` that binds whom he serves, else where a flow
 * goes on with who took it, else at its first wait for the agent's close. Null when a flow has none of these: nothing that
 * greets a contact may be walked.
 */
export function servingNode(flow: Flow): string | null {
  const names = Object.keys(flow.nodes);
  const engaging = names.find((name) => flow.nodes[name]?.type === 'engage');
  const closing = names.find((name) => {
    const node = flow.nodes[name];
    return node?.type === 'wait' && node.for?.includes('agent-closed');
  });
  return engaging ?? flow.onTaken ?? closing ?? null;
}

/** An agent writes first: he has the enquiry from its beginning, over his capacity if need be. */
export function writesFirst(run: Run, agent: string): Turn {
  const what = 'An agent writes first.';
  run.state.messages = 0;
  assign(run, agent);
  holdSlot(run, agent);
  tell(run, { kind: 'take', what, by: agent });
  const node = servingNode(run.flow);
  return node === null
    ? { turn: 'park', reason: 'the flow has no place for who writes first' }
    : { turn: 'go', node, what };
}
