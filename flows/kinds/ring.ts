import type { RingNode } from '../flow';
import { AS_GROUP, type RingVisit, type Target } from '../state';
import { resolveDuration } from '../setting-values';
import { ask, has, type Run, type Turn } from '../engine/run';
import { beginRinging } from '../engine/ringing';
import type { Kind } from './kind';
import { ref, say } from './schema-parts';

/** `ring`: offers the enquiry to the routed group or to the agent the contact is engaged with. */
export const ring: Kind<RingNode> = {
  title: 'Rings agents until one accepts, all were asked, or nobody is there.',
  properties: {
    to: say('"routed-group" or "engaged-agent"', { enum: ['routed-group', 'engaged-agent'] }),
    strategy: say('"leastLoaded", "roundRobin", "ringAll" or "none"', {
      enum: ['leastLoaded', 'roundRobin', 'ringAll', 'none'],
    }),
    timeout: say('how long one offer rings, such as "60s"', ref('duration')),
    queueTimeout: say('how long it may wait in line, such as "15m"', ref('duration')),
  },
  required: ['to'],
  outcomes: [
    { name: 'accepted', takesTime: false },
    { name: 'timeout', takesTime: true },
    { name: 'unavailable', takesTime: false },
  ],
  enter(run, node) {
    const { assignee, routed } = run.state;
    if (assignee !== null) {
      return {
        turn: 'outcome',
        outcome: 'accepted',
        what: 'Nobody was rung: an agent has it already.',
        detail: { agent: assignee },
      };
    }
    if (node.to === 'engaged-agent') return ask(run, { do: 'findEngaged' }, { on: 'node' });
    if (!routed) return { turn: 'outcome', outcome: 'unavailable', what: 'Nobody was rung: no route came before.' };
    return begin(run, node, routed);
  },
  resume(run, node, answer) {
    if (!has(answer, 'engaged')) return { turn: 'fail', code: 'unexpected-answer' };
    if (typeof answer.engaged !== 'string') {
      return { turn: 'outcome', outcome: 'unavailable', what: 'The contact is engaged with nobody.' };
    }
    const agent = answer.engaged;
    const waits = has(answer, 'waits') && answer.waits === true;
    run.state.bound = true;
    if (has(answer, 'gone') && answer.gone === true && !waits) {
      const what = 'The agent the contact is bound to is not there; by the engagement others serve meanwhile.';
      return { turn: 'outcome', outcome: 'unavailable', what, detail: { agent } };
    }
    return begin(run, node, { agent }, { waits });
  },
};

function begin(run: Run, node: RingNode, target: Target, bound: RingVisit['bound'] = null): Turn {
  const { ringTimeoutMs, queueTimeoutMs, patienceMs } = run.defaults;
  const given = node.queueTimeout !== undefined;
  const queueMs = resolveDuration(run.flow, run.settings, node.queueTimeout, bound ? patienceMs : queueTimeoutMs);
  return beginRinging(run, {
    purpose: 'ring',
    target,
    strategy: node.strategy ?? ('group' in target ? AS_GROUP : 'leastLoaded'),
    ringGiven: node.timeout !== undefined,
    bound,
    ringMs: resolveDuration(run.flow, run.settings, node.timeout, ringTimeoutMs),
    // Who waits for one agent alone waits without end, and so does a list: only a time that the admin wrote ends them.
    queueMs: bound?.waits && !given ? null : queueMs,
    listMs: given ? queueMs : null,
  });
}
