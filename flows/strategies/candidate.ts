/** What ties an agent to the contact who wrote. */
export type Tie = 'contactOwner' | 'accountOwner' | 'lastAgent';

/** What a strategy knows of one agent of the group; facts only, read by whoever calls. */
export interface Candidate {
  agent: string;
  presence: string;
  /** His word is `available`, his lease runs, he is not suspended. */
  available: boolean;
  /** Not available, but given enquiries all the same, without ringing (`offlineAgents`). */
  assignable: boolean;
  load: number;
  capacity: number;
  /** Asked already in this visit of the ring. */
  asked: boolean;
  /** Place among those who missed this enquiry, latest highest; -1 for never. */
  missed: number;
  /** Place in the group as the admin ordered it. */
  position: number;
  /** Enquiries received today, in the time zone of the flow; one that rings at him counts. */
  receivedToday: number;
  /** How long ago he last received or ended work; null: never. */
  idleMs: number | null;
  ties: readonly Tie[];
  /** Not of the group: asked only as the one who served the contact last, under `sticky`. */
  guest: boolean;
  /** The skill that is asked for and that he has not, in words; null: he has all. */
  lacks: string | null;
  /** It will not be asked for when the ring has widened. */
  lacksForNow: boolean;
}

/** One agent and why he stands where he does, in words for a person. */
export interface Reasoned {
  agent: string;
  eligible: boolean;
  reason: string;
}

/** Who is asked, in order, and a reason for everybody. */
export interface Choice {
  order: string[];
  reasons: Reasoned[];
  /** What decided between the first two, where the strategy found them equal; null: nothing had to. */
  tieBreak: string | null;
}

/** Picks among candidates; `turn` is the group's count of turns (roundRobin), from 0. Pure. */
export type Strategy = (candidates: readonly Candidate[], turn: number) => Choice;

/** Why an agent cannot be asked now, or null. The words stand in the explanation of each decision. */
export function obstacle(candidate: Candidate): string | null {
  const { asked, available, assignable, presence, lacks, load, capacity } = candidate;
  if (asked) return 'missed it already';
  if (!available && !assignable) return presence === 'available' ? 'not connected' : presence;
  if (lacks !== null) return lacks;
  if (load >= capacity) return `full ${load}/${capacity}`;
  return null;
}

/** Orders those who can be asked: who missed this enquiry comes last, else by `rank`, else by place in the group. */
export function choose(
  candidates: readonly Candidate[],
  rank: (candidate: Candidate) => number,
  say: (candidate: Candidate, first: boolean) => string,
): Choice {
  const eligible = candidates.filter((each) => obstacle(each) === null);
  const ordered = eligible.toSorted(
    (a, b) => a.missed - b.missed || rank(a) - rank(b) || a.position - b.position || (a.agent < b.agent ? -1 : 1),
  );
  const reasons = candidates.map((each) => {
    const hindered = obstacle(each);
    const said = say(each, each === ordered[0]);
    const words = each.missed >= 0 ? `missed it before, so asked after the others; ${said}` : said;
    return { agent: each.agent, eligible: hindered === null, reason: hindered ?? words };
  });
  const [first, second] = ordered;
  const equal = first && second && first.missed === second.missed && rank(first) === rank(second);
  return { order: ordered.map((each) => each.agent), reasons, tieBreak: equal ? GROUP_ORDER : null };
}

const GROUP_ORDER = 'the order of the agents in the group';
