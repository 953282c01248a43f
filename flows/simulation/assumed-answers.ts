import type { Flow, FlowNode } from '../flow';
import type { Value } from '../expression';
import { readLine, type Line, type Script } from './scenario';

/**
 * What is taken for granted of people, who stand in no mail. `accepted`: who is rung accepts, and closes the enquiry at
 * the first wait that names it. `timeout`: nobody does anything, so that every ring and every wait runs out.
 */
export type Assumption = 'accepted' | 'timeout';

/** Answers for what nobody recorded; each that is used is told. */
export interface Assumptions {
  /** Null: nothing is assumed, and a run ends where its answers do. */
  people: Assumption | null;
  /** Lines by node, the same at every visit; they go before `people`. */
  answers: Record<string, string[]>;
}

/** A script that falls back on assumptions. */
export interface AssumingScript extends Script {
  /** What was assumed so far, such as `ring: accepted`, each once. */
  assumed(): string[];
  /** The node the run came to again and again on assumptions alone; null while it does not. */
  goesRound(): string | null;
}

/** A run that comes to a node more often than this with nothing but assumptions would go round for ever. */
const MOST_VISITS = 10;

/** What a run is played with. */
interface Grounds {
  flow: Flow;
  recorded: Script;
  assumptions: Assumptions;
  /** They tell whether the contact is engaged. */
  facts: Record<string, Value>;
  /** Names under which answers stand, by those of this flow, where they are others. */
  renamed: ReadonlyMap<string, string>;
}

/** Puts assumptions behind recorded answers. */
export function assuming({ flow, recorded, assumptions, facts, renamed }: Grounds): AssumingScript {
  const { people, answers } = assumptions;
  const known = (node: string): string => renamed.get(node) ?? node;
  const assumed = new Set<string>();
  const used = new Map<string, number>();
  let round: string | null = null;
  const given = (node: string): Line[] | null => {
    const texts = Object.hasOwn(answers, known(node)) ? answers[known(node)] : undefined;
    return texts ? texts.flatMap((text) => readLine(text) ?? []) : null;
  };
  const fallback = (node: string, visit: number): Line | null => {
    const lines = given(node);
    const line = lines ? lines[used.get(`${node} ${visit}`) ?? 0] : likely(flow.nodes[node], people, facts);
    if (line && visit > MOST_VISITS) round = node;
    return line && visit <= MOST_VISITS ? line : null;
  };
  return {
    peek: (node, visit) => recorded.peek(known(node), visit) ?? fallback(node, visit),
    take(node, visit) {
      const told = recorded.take(known(node), visit);
      if (told) return told;
      const line = fallback(node, visit);
      if (line) {
        assumed.add(`${known(node)}: ${line.text}`);
        used.set(`${node} ${visit}`, (used.get(`${node} ${visit}`) ?? 0) + 1);
      }
      return line;
    },
    all(node, visit) {
      const told = recorded.all(known(node), visit);
      return told.length > 0 ? told : (given(node) ?? []);
    },
    left: () => recorded.left(),
    assumed: () => [...assumed],
    goesRound: () => round,
  };
}

/** Facts that no mail tells, as they are for somebody who writes for the first time. */
export function factsOfStranger(people: Assumption): Record<string, Value> {
  return {
    'contact.known': false,
    'contact.tags': [],
    'contact.owner': '',
    'account.owner': '',
    'enquiry.number': 1,
    'engagement.bound': false,
    'engagement.agent': '',
    'engagement.agentAvailable': false,
    'group.available': people === 'accepted' ? 1 : 0,
    'group.waiting': 0,
  };
}

function likely(node: FlowNode | undefined, people: Assumption | null, facts: Record<string, Value>): Line | null {
  if (!node || people === null) return null;
  switch (node.type) {
    case 'blocklist':
      return readLine('clear');
    case 'ring':
      return readLine(node.to === 'engaged-agent' && !isEngaged(facts) ? 'unavailable' : people);
    case 'transfer':
      return readLine(people);
    case 'wait':
      return readLine(people === 'accepted' && node.for?.includes('agent-closed') ? 'agent-closed' : 'timeout');
    default:
      return null;
  }
}

function isEngaged(facts: Record<string, Value>): boolean {
  const agent = facts['engagement.agent'];
  return facts['engagement.agentAvailable'] === true || (typeof agent === 'string' && agent !== '');
}
