import type { NotifyNode } from '../flow';
import { evaluationFacts } from '../evaluation';
import { ask } from '../engine/run';
import { destinationProperties, resolveTarget } from './destinations';
import { DONE, type Kind } from './kind';
import { say } from './schema-parts';

/** `notify`: tells colleagues something; nobody is rung and the enquiry stays where it is. */
export const notify: Kind<NotifyNode> = {
  title: 'Tells colleagues something; nobody is rung.',
  properties: {
    to: say(
      '"assignee", "supervisors", a group such as { "group": "support" } or an agent such as { "agent": "ana" }',
      {
        anyOf: [
          { enum: ['assignee', 'supervisors'] },
          {
            type: 'object',
            properties: destinationProperties,
            additionalProperties: false,
            oneOf: [{ required: ['group'] }, { required: ['agent'] }],
          },
        ],
      },
    ),
    text: say('text of at most 500 characters; it may hold {{ enquiry.number }} and the like', {
      type: 'string',
      minLength: 1,
      maxLength: 500,
    }),
  },
  required: ['to', 'text'],
  outcomes: DONE,
  enter(run, node) {
    const { flow, settings, state, at } = run;
    const to = typeof node.to === 'string' ? node.to : resolveTarget(flow, settings, node.to);
    if (!to || (to === 'assignee' && state.assignee === null)) {
      return { turn: 'outcome', outcome: 'done', what: 'Nobody was told: there is nobody to tell.' };
    }
    const facts = evaluationFacts(flow, settings, state, at);
    return ask(run, { do: 'notifyStaff', to, text: node.text, facts }, { on: 'node' });
  },
  resume: () => ({ turn: 'outcome', outcome: 'done', what: 'Colleagues were told.' }),
};
