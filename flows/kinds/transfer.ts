import type { TransferNode } from '../flow';
import { AS_GROUP } from '../state';
import { resolveDuration } from '../setting-values';
import { beginRinging } from '../engine/ringing';
import { destinationProperties, resolveTarget } from './destinations';
import { leaveNote } from './flow-note';
import type { Kind } from './kind';
import { ref, say } from './schema-parts';

/** `transfer`: rings another group or agent while whoever has the enquiry keeps it until the other accepts. */
export const transfer: Kind<TransferNode> = {
  title: 'Offers the enquiry to another group or agent; it stays where it is until one accepts.',
  properties: {
    to: {
      description:
        '"requested-destination", a group such as { "group": "support" } or an agent such as { "agent": "ana" }',
      anyOf: [
        { const: 'requested-destination' },
        {
          type: 'object',
          properties: destinationProperties,
          additionalProperties: false,
          oneOf: [{ required: ['group'] }, { required: ['agent'] }],
        },
      ],
    },
    note: say('text of at most 500 characters; it may hold {{ contact.name }} and the like', {
      type: 'string',
      maxLength: 500,
    }),
    timeout: say('how long one offer rings, such as "60s"', ref('duration')),
    queueTimeout: say('how long it may wait in line, such as "15m"', ref('duration')),
  },
  required: ['to'],
  outcomes: [
    { name: 'accepted', takesTime: false },
    { name: 'failed', takesTime: false },
  ],
  enter(run, node) {
    const { state } = run;
    const requested = node.to === 'requested-destination';
    const target =
      node.to === 'requested-destination' ? state.requested?.to : resolveTarget(run.flow, run.settings, node.to);
    const by = requested ? state.requested?.by : undefined;
    if (requested) state.requested = null;
    if (!target) {
      const what = requested ? 'Nobody asked for a transfer.' : 'The channel names nobody to transfer to.';
      return { turn: 'outcome', outcome: 'failed', what };
    }
    if (node.note !== undefined) {
      leaveNote(run, node.note);
    }
    const queueMs = resolveDuration(run.flow, run.settings, node.queueTimeout, run.defaults.queueTimeoutMs);
    const visit = {
      purpose: 'transfer' as const,
      target,
      strategy: 'group' in target ? AS_GROUP : 'leastLoaded',
      ringGiven: node.timeout !== undefined,
      ringMs: resolveDuration(run.flow, run.settings, node.timeout, run.defaults.ringTimeoutMs),
      queueMs,
      listMs: queueMs,
      ...(by === undefined ? {} : { by }),
    };
    return beginRinging(run, visit, state.assignee === null ? [] : [state.assignee]);
  },
};
