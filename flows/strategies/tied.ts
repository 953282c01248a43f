import { obstacle, type Candidate, type Choice, type Strategy, type Tie } from './candidate';

/** How an agent is called who is tied to the contact so. */
const WORDS: Readonly<Record<Tie, string>> = {
  contactOwner: 'owner of the contact',
  accountOwner: 'owner of the account',
  lastAgent: 'served this contact last',
};

/**
 * The strategy that asks nobody but the agent who is tied to the contact so; who missed this enquiry before is not asked
 * first again, and comes in his place among all.
 */
export const tiedBy =
  (tie: Tie): Strategy =>
  (candidates) => {
    const word = WORDS[tie];
    const asked = candidates.filter((each) => each.ties.includes(tie) && hindered(each) === null);
    return {
      order: asked.map(({ agent }) => agent),
      reasons: candidates.map((each) => {
        if (!each.ties.includes(tie)) return { agent: each.agent, eligible: false, reason: `not ${the(tie)}` };
        const why = hindered(each);
        return { agent: each.agent, eligible: why === null, reason: why === null ? word : `${word}, but ${why}` };
      }),
      tieBreak: null,
    };
  };

/** Says of a choice that another strategy made why the agent the contact is tied to was not asked first. */
export function sayTie(choice: Choice, candidates: readonly Candidate[], ties: readonly Tie[]): Choice {
  const reasons = choice.reasons.map((each, index) => {
    const candidate = candidates[index];
    const tie = candidate && ties.find((one) => candidate.ties.includes(one));
    return tie && !each.reason.startsWith('missed it before')
      ? { ...each, reason: `${WORDS[tie]}, but ${each.reason}` }
      : each;
  });
  return { ...choice, reasons };
}

function hindered(candidate: Candidate): string | null {
  return obstacle(candidate) ?? (candidate.missed >= 0 ? 'missed it before' : null);
}

const the = (tie: Tie): string => (tie === 'lastAgent' ? 'who served this contact last' : `the ${WORDS[tie]}`);
