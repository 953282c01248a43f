import type { Json } from '../../flow';
import { placeholdersOf, TEXTS } from '../../placeholders';
import { once, type LintContext } from '../context';
import { pointerTo } from '../finding';

/** One `{{ path }}` in a text of the flow. */
export interface TextPlace {
  pointer: string;
  node: string;
  /** Null for braces that open no place, or that nothing closes. */
  path: string | null;
  /** True in the path of a webhook's request. */
  inPath: boolean;
}

/** Every `{{ }}` of the flow: in notes, messages to colleagues, and what a webhook asks. */
export function placesOf(context: LintContext): readonly TextPlace[] {
  return once(context, collect);
}

function collect({ nodes }: LintContext): TextPlace[] {
  const found: TextPlace[] = [];
  for (const { name, kind, json } of nodes.values()) {
    const property = kind === null ? undefined : TEXTS.get(kind);
    if (property === undefined) continue;
    const visit = (value: Json | undefined, pointer: string, depth: number): void => {
      if (typeof value === 'string') {
        if (!value.includes('{{')) return;
        const inPath = pointer.endsWith('/request/path');
        const places = placeholdersOf(value);
        for (const { path } of places) found.push({ pointer, node: name, path, inPath });
        if (value.split('{{').length - 1 !== places.length) found.push({ pointer, node: name, path: null, inPath });
      } else if (typeof value === 'object' && value !== null && depth < 24) {
        for (const [key, part] of Object.entries(value)) visit(part, pointer + pointerTo(key), depth + 1);
      }
    };
    visit(json[property], pointerTo('nodes', name, property), 0);
  }
  return found;
}
