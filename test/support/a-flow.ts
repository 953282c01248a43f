import type { Flow, FlowNode, RingNode, RouteNode } from '../../flows/flow';

/** What a scenario wants of its flow; the rest is the shortest flow that rings, is worked on and closes. */
export interface FlowParts {
  id: string;
  destinations?: RouteNode['destinations'];
  rule?: RouteNode['rule'];
  sticky?: RouteNode['sticky'];
  ring?: Partial<RingNode>;
  closedReply?: Flow['closedReply'];
  settings?: Flow['settings'];
  /** Nodes walked before the route, in this order. */
  before?: Record<string, FlowNode>;
  timezone?: string;
}

/**
 * A flow of route, ring, wait and close. Every destination is rung once in the order of the rule; what nobody takes is
 * missed and stays in the list of the last group.
 */
export function aFlow({ id, before = {}, ring = {}, ...parts }: FlowParts): Flow {
  const { destinations = [{ group: 'support' }], rule = 'sequence', timezone = 'UTC' } = parts;
  return {
    $schema: 'https://ringpost.dev/schema/flow-1.json',
    id,
    title: `Flow of the scenario ${id}`,
    timezone,
    ...(parts.settings ? { settings: parts.settings } : {}),
    ...(parts.closedReply ? { closedReply: parts.closedReply } : {}),
    start: Object.keys(before)[0] ?? 'route',
    onError: 'missed',
    onTaken: 'serve',
    onClosed: 'done',
    nodes: {
      ...before,
      route: {
        type: 'route',
        rule,
        ...(parts.sticky === undefined ? {} : { sticky: parts.sticky }),
        destinations,
        next: { routed: 'ring', unroutable: 'missed' },
      },
      ring: {
        type: 'ring',
        to: 'routed-group',
        ...ring,
        next: { accepted: 'serve', timeout: 'breathe', unavailable: 'breathe' },
      },
      // A circle needs a pause, even one that ends when every destination has had its turn.
      breathe: { type: 'wait', timeout: '1s', next: { timeout: rule === 'sequence' ? 'route' : 'missed' } },
      missed: { type: 'wait', timeout: '1d', next: { timeout: 'done' } },
      serve: {
        type: 'wait',
        for: ['agent-closed'],
        timeout: '3d',
        restartOn: ['customer-replied', 'agent-replied'],
        next: { 'agent-closed': 'done', timeout: 'done' },
      },
      done: { type: 'close', reason: 'resolved', notify: 'enquiry-closed' },
    },
  };
}
