import type { RingNode } from '../flow';
import type { Target } from '../state';
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
    return begin(run, node, { agent: answer.engaged });
  },
};

function begin(run: Run, node: RingNode, target: Target): Turn {
  const { ringTimeoutMs, queueTimeoutMs, patienceMs } = run.defaults;
  const queueMs = node.to === 'engaged-agent' ? patienceMs : queueTimeoutMs;
  const strategy = node.strategy ?? 'leastLoaded';
  // A list has no end of its own: only a queueTimeout that the admin wrote ends it.
  const listed = strategy === 'none' && node.queueTimeout === undefined;
  return beginRinging(run, {
    purpose: 'ring',
    target,
    strategy,
    ringMs: resolveDuration(run.flow, run.settings, node.timeout, ringTimeoutMs),
    queueMs: listed ? null : resolveDuration(run.flow, run.settings, node.queueTimeout, queueMs),
  });
}
