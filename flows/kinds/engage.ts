import type { EngageNode } from '../flow';
import { resolveDuration } from '../setting-values';
import { ask } from '../engine/run';
import { DONE, type Kind } from './kind';
import { ref, say } from './schema-parts';

/** `engage`: binds the contact to the agent who has the enquiry, for a time. */
export const engage: Kind<EngageNode> = {
  title: 'Binds the contact to the agent who has the enquiry.',
  properties: {
    expires: say('how long they stay together, such as "30d"', ref('duration')),
    whenUnavailable: say('"forward-to-group" or "wait"', { enum: ['forward-to-group', 'wait'] }),
  },
  required: ['expires', 'whenUnavailable'],
  outcomes: DONE,
  enter(run, node) {
    const { assignee } = run.state;
    if (assignee === null) {
      return { turn: 'outcome', outcome: 'done', what: 'The contact was not bound: no agent has the enquiry.' };
    }
    const expiresMs = resolveDuration(run.flow, run.settings, node.expires, run.defaults.engagementMs);
    const { whenUnavailable } = node;
    return ask(
      run,
      { do: 'bindEngagement', agent: assignee, expiresMs, whenUnavailable, group: run.state.group },
      { on: 'node' },
    );
  },
  resume(run) {
    const { state } = run;
    state.bound = true;
    return {
      turn: 'outcome',
      outcome: 'done',
      what: 'The contact is bound to the agent.',
      detail: { agent: state.assignee },
    };
  },
};
