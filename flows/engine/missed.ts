import { nodeOf, tell, type Run } from './run';

/** Says once that nobody took the enquiry, from when it was rung in vain until somebody takes it. */
export function noteMissed(run: Run): void {
  const { state } = run;
  const noted = state.missed && state.missed.followedUp === null;
  if (state.status !== 'missed' || state.asking || noted || !hasRung(run)) return;
  state.missed = { since: run.at, followedUp: null };
  tell(run, { kind: 'missed', what: 'Nobody took it: it is missed, and stands in the list until somebody does.' });
}

/** Somebody has it: what was missed is followed up. */
export function followedUp(run: Run, agent: string): void {
  const { state } = run;
  if (!state.missed || state.missed.followedUp !== null) return;
  state.missed = { ...state.missed, followedUp: { by: agent, at: run.at } };
  tell(run, { kind: 'followed-up', what: 'It had been missed; now it is followed up.', by: agent });
}

/** A flow may wait before it rings anybody; nobody has missed anything then. */
function hasRung({ flow, state }: Run): boolean {
  return Object.keys(state.visits).some((name) => {
    const type = nodeOf(flow, name)?.type;
    return type === 'ring' || type === 'transfer';
  });
}
