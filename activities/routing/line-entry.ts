import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { lineKey } from './line-key';
import { wake } from './wake-lines';

/** Puts the enquiry into a line, keeping its place by the time it first waited, and has the line looked at. */
export const enterLine =
  (ports: Pick<Ports, 'store' | 'workflows'>): EffectActivities['enterLine'] =>
  async ({ enquiryId, flow, effect }) => {
    const line = lineKey(effect.target);
    const own = 'group' in effect.target ? (await ports.store.groups.get(effect.target.group))?.ringTimeoutMs : null;
    await ports.store.lines.enter({
      _id: enquiryId,
      line,
      priority: effect.priority,
      since: new Date(effect.since),
      strategy: effect.strategy,
      ...(effect.timezone === undefined ? {} : { timezone: effect.timezone }),
      ...(effect.sticky === undefined ? {} : { stickyMs: effect.sticky }),
      ...(effect.skills === undefined ? {} : { skills: effect.skills }),
      ...(flow === undefined ? {} : { flow }),
      asked: effect.asked,
      missedBy: [],
      ringTimeoutMs: effect.groupTime && own ? own : effect.ringTimeoutMs,
      seq: effect.seq,
      v: 1,
    });
    await wake(ports, line);
    return { done: true };
  };

/** Takes the enquiry out of whatever line it is in. */
export const leaveLine =
  ({ store }: Pick<Ports, 'store'>): EffectActivities['leaveLine'] =>
  async ({ enquiryId }) => {
    await store.lines.leave(enquiryId);
    return { done: true };
  };
