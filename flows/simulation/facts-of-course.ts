import type { Expression, Flow } from '../flow';
import type { Value } from '../expression';
import type { TraceEntry } from '../state';

/**
 * Facts that a story gives away although nobody wrote them down: a case that is nothing but a fact was true when it was
 * taken, and false when a later one was; whom a ring to the engaged agent rang, the contact was bound to.
 */
export function factsOfCourse(flow: Flow, story: readonly TraceEntry[]): Record<string, Value> {
  const facts: Record<string, Value> = {};
  const learn = (path: string | null, value: Value): void => {
    // The first look is the one that a scenario has to give.
    if (path !== null && path.includes('.') && !Object.hasOwn(facts, path)) facts[path] = value;
  };
  for (const entry of story) {
    const node = entry.node === null ? undefined : flow.nodes[entry.node];
    if (node?.type === 'switch' && entry.next !== undefined) {
      const taken = entry.outcome === 'default' ? node.cases.length : Number(entry.outcome?.replace('case ', '')) - 1;
      for (const [index, { when }] of node.cases.entries()) {
        if (!(index <= taken)) break;
        const plain = plainFact(when);
        if (plain) learn(plain.path, plain.negated !== (index === taken));
      }
    }
    if (node?.type !== 'ring' || node.to !== 'engaged-agent') continue;
    const agents: unknown = entry.detail?.['agents'];
    if (entry.kind === 'offer' && Array.isArray(agents)) learn('engagement.agent', String(agents[0] ?? ''));
    else if (entry.what.startsWith('The contact is engaged with nobody')) learn('engagement.agent', '');
  }
  return facts;
}

function plainFact(when: Expression): { path: string; negated: boolean } | null {
  if (typeof when !== 'object' || when === null || Array.isArray(when)) return null;
  if ('var' in when && typeof when['var'] === 'string') return { path: when['var'], negated: false };
  const inner: unknown = '!' in when ? when['!'] : null;
  const only: unknown = Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
  const fact = only !== null && only !== undefined ? plainFact(only as Expression) : null;
  return fact && !fact.negated ? { ...fact, negated: true } : null;
}
