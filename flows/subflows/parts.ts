import type { Flow } from '../flow';

/** Names of the calling nodes a node stands within, the innermost first: `a/b` and `a` for `a/b/c`. Empty: in no part. */
export function partsAround({ parts }: Flow, node: string | null): string[] {
  if (!parts || node === null) return [];
  const found: string[] = [];
  for (let at = node.lastIndexOf('/'); at > 0; at = node.lastIndexOf('/', at - 1)) {
    const name = node.slice(0, at);
    if (Object.hasOwn(parts, name)) found.push(name);
  }
  return found;
}

/** The time zone that holds at a node: of the innermost flow that names one. */
export function timezoneAt(flow: Flow, node: string | null): string {
  const named = partsAround(flow, node).map((part) => flow.parts?.[part]?.timezone);
  return named.find((timezone) => timezone !== undefined) ?? flow.timezone ?? 'UTC';
}

/** True for a node that stands in the flow's own file, not in one that it calls. */
export function isOwn(flow: Flow, node: string): boolean {
  return partsAround(flow, node).length === 0;
}

/** The node of the flow's own file that a node stands for: itself, or the one that calls the flow it is in. */
export function ownNode(flow: Flow, node: string): string {
  return partsAround(flow, node).at(-1) ?? node;
}
