import type { NotifyNode } from '../flow';
import { evaluationFacts } from '../evaluation';
import type { Target } from '../state';
import { ask, has, type Run } from '../engine/run';
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
    const to = recipient(run, node.to);
    if (!to) {
      return { turn: 'outcome', outcome: 'done', what: 'Nobody was told: there is nobody to tell.' };
    }
    const facts = evaluationFacts(flow, settings, state, at);
    return ask(run, { do: 'notifyStaff', to, sort: 'flow', text: node.text, facts }, { on: 'node' });
  },
  resume(_run, _node, answer) {
    const agents = has(answer, 'told') && Array.isArray(answer.told) ? answer.told : [];
    if (agents.length === 0) {
      return { turn: 'outcome', outcome: 'done', what: 'Nobody was told: there is nobody to tell.' };
    }
    return { turn: 'outcome', outcome: 'done', what: 'Colleagues were told.', detail: { agents } };
  },
};

function recipient({ flow, settings, state }: Run, to: NotifyNode['to']): Target | 'supervisors' | null {
  if (to === 'assignee') return state.assignee === null ? null : { agent: state.assignee };
  return to === 'supervisors' ? to : resolveTarget(flow, settings, to);
}
