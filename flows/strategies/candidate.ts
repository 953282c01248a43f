/** What a strategy knows of one agent of the group; facts only, read by whoever calls. */
export interface Candidate {
  agent: string;
  presence: string;
  /** His word is `available`, his lease runs, he is not suspended. */
  available: boolean;
  load: number;
  capacity: number;
  /** Asked already in this visit of the ring. */
  asked: boolean;
  /** Place among those who missed this enquiry, latest highest; -1 for never. */
  missed: number;
  /** Place in the group as the admin ordered it. */
  position: number;
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
}

/** Picks among candidates; `turn` is the group's count of turns (roundRobin), from 0. Pure. */
export type Strategy = (candidates: readonly Candidate[], turn: number) => Choice;

/** Why an agent cannot be asked now, or null. The words stand in the explanation of each decision. */
export function obstacle(candidate: Candidate): string | null {
  if (candidate.asked) return 'missed it already';
  if (!candidate.available) return candidate.presence === 'available' ? 'not connected' : candidate.presence;
  if (candidate.load >= candidate.capacity) return `full ${candidate.load}/${candidate.capacity}`;
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
  return { order: ordered.map((each) => each.agent), reasons };
}
