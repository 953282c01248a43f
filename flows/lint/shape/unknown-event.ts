import type { Json } from '../../flow';
import { WAIT_EVENTS } from '../../kinds/wait';
import type { Rule } from '../context';
import { pointerTo } from '../finding';
import { suggest } from '../suggest';

const EVENTS: readonly string[] = WAIT_EVENTS;

/** E107: a `wait` names an event that does not exist. */
export const unknownEvent: Rule = {
  code: 'E107',
  title: 'Unknown event',
  *check({ nodes }) {
    for (const { name, kind, json } of nodes.values()) {
      if (kind !== 'wait') continue;
      for (const property of ['for', 'restartOn']) {
        const events = json[property];
        for (const [index, event] of (Array.isArray(events) ? events : []).entries()) {
          if (isEvent(event)) continue;
          const hint = typeof event === 'string' ? suggest(event, EVENTS) : null;
          yield {
            pointer: pointerTo('nodes', name, property, index),
            message: `The node "${name}" waits for ${JSON.stringify(event)}, and there is no such event. The events are: ${EVENTS.join(', ')}.`,
            ...(hint ? { suggestion: hint } : {}),
          };
        }
      }
    }
  },
};

function isEvent(event: Json): boolean {
  return typeof event === 'string' && EVENTS.includes(event);
}
