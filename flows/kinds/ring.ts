import type { AskedSkill, RingNode } from '../flow';
import { AS_GROUP, type RingVisit, type Target } from '../state';
import { resolveDuration } from '../setting-values';
import { ask, has, tell, type Run, type Turn } from '../engine/run';
import { targetOf } from '../engine/target-of';
import { beginRinging } from '../engine/ringing';
import { strategies } from '../strategies';
import type { Kind } from './kind';
import { ref, say } from './schema-parts';

const STRATEGY_NAMES = Object.keys(strategies);

/** `ring`: offers the enquiry to the routed group or to the agent the contact is engaged with. */
export const ring: Kind<RingNode> = {
  title: 'Rings agents until one accepts, all were asked, or nobody is there.',
  properties: {
    to: say('"routed-group" or "engaged-agent"', { enum: ['routed-group', 'engaged-agent'] }),
    strategy: {
      description:
        'the name of a strategy, such as "leastLoaded", or a list such as ["contactOwner", "lastAgent", "leastLoaded"]',
      anyOf: [{ enum: STRATEGY_NAMES }, { type: 'array', minItems: 1, maxItems: 4, items: { enum: STRATEGY_NAMES } }],
    },
    offlineAgents: say('"skip", "last" or "alike"', { enum: ['skip', 'last', 'alike'] }),
    skills: {
      description: 'a list of skills, such as [{ "skill": "french", "level": 3 }]',
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: {
        type: 'object',
        properties: {
          skill: ref('slug'),
          level: say('a level from 1 to 5', { type: 'integer', minimum: 1, maximum: 5 }),
        },
        required: ['skill', 'level'],
        additionalProperties: false,
      },
    },
    widen: {
      description: 'a list of steps in which less is asked of skills, such as [{ "after": "2m", "level": 1 }]',
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: {
        type: 'object',
        properties: {
          after: say('how long it rings and waits before, such as "2m"', ref('duration')),
          level: say('the highest level that is still asked, 0 for none', { type: 'integer', minimum: 0, maximum: 5 }),
        },
        required: ['after', 'level'],
        additionalProperties: false,
      },
    },
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
    return begin(run, node, routed, { sticky: run.state.sticky });
  },
  resume(run, node, answer) {
    if (!has(answer, 'engaged')) return { turn: 'fail', code: 'unexpected-answer' };
    if (typeof answer.engaged !== 'string') {
      return { turn: 'outcome', outcome: 'unavailable', what: 'The contact is engaged with nobody.' };
    }
    const agent = answer.engaged;
    const waits = has(answer, 'waits') && answer.waits === true;
    run.state.bound = true;
    const cover = has(answer, 'cover') ? targetOf(answer.cover) : null;
    if (cover) {
      const what = 'The agent the contact is bound to is absent: who covers for him is rung.';
      tell(run, { kind: 'engagement', what, detail: { agent, to: cover } });
      return begin(run, node, cover, {});
    }
    if (has(answer, 'gone') && answer.gone === true && !waits) {
      const what = 'The agent the contact is bound to is not there; by the engagement others serve meanwhile.';
      return { turn: 'outcome', outcome: 'unavailable', what, detail: { agent } };
    }
    return begin(run, node, { agent }, { bound: { waits } });
  },
};

interface About {
  bound?: RingVisit['bound'];
  sticky?: number | undefined;
}

function begin(run: Run, node: RingNode, target: Target, { bound = null, sticky }: About): Turn {
  const { ringTimeoutMs, queueTimeoutMs, patienceMs } = run.defaults;
  const given = node.queueTimeout !== undefined;
  const queueMs = resolveDuration(run.flow, run.settings, node.queueTimeout, bound ? patienceMs : queueTimeoutMs);
  return beginRinging(run, {
    purpose: 'ring',
    target,
    strategy: node.strategy ?? ('group' in target ? AS_GROUP : 'leastLoaded'),
    ringGiven: node.timeout !== undefined,
    bound,
    ...(sticky === undefined ? {} : { sticky }),
    ...(node.offlineAgents ? { offlineAgents: node.offlineAgents } : {}),
    ...(node.skills ? { skilled: skilled(run, node.skills, node.widen ?? []) } : {}),
    ringMs: resolveDuration(run.flow, run.settings, node.timeout, ringTimeoutMs),
    // Who waits for one agent alone waits without end, and so does a list: only a time that the admin wrote ends them.
    queueMs: bound?.waits && !given ? null : queueMs,
    listMs: given ? queueMs : null,
  });
}

function skilled(run: Run, skills: AskedSkill[], widen: NonNullable<RingNode['widen']>): RingVisit['skilled'] {
  const { flow, settings, at: since } = run;
  const steps = widen.map(({ after, level }) => ({ afterMs: resolveDuration(flow, settings, after, 0), level }));
  return { since, skills, widen: steps };
}
