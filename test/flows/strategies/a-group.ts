import type { Candidate } from '../../../flows';

/** An agent who can be asked; only what matters is said. */
export const aCandidate = (agent: string, rest: Partial<Candidate> = {}): Candidate => ({
  agent,
  presence: 'available',
  available: true,
  assignable: false,
  load: 0,
  capacity: 3,
  asked: false,
  missed: -1,
  position: 0,
  receivedToday: 0,
  idleMs: null,
  ties: [],
  guest: false,
  lacks: null,
  lacksForNow: false,
  ...rest,
});

/** A group of agents `a0`, `a1` … in this order. */
export const group = (...members: Partial<Candidate>[]): Candidate[] =>
  members.map((rest, position) => aCandidate(`a${position}`, { position, ...rest }));
