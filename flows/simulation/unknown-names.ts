import type { Flow } from '../flow';
import { suggest } from '../lint/suggest';
import type { FlowTest } from './flow-test';

/** Names in a test that the flow does not have, as sentences: nothing would ever come of them. */
export function unknownNames(flow: Flow, { given, answers = {}, expect }: FlowTest): string[] {
  const nodes = Object.keys(flow.nodes);
  const variables = Object.keys(flow.variables ?? {});
  const settings = Object.keys(flow.settings ?? {});
  const told = (place: string, what: string, names: readonly string[], known: readonly string[]): string[] =>
    [...new Set(names)]
      // A node of a called flow that does not stand beside is not here, and is not wrong.
      .filter((name) => !known.includes(name) && !name.includes('/'))
      .map((name) => [`${place}: the flow has no ${what} "${name}".`, suggest(name, known) ?? ''].join(' ').trimEnd());
  const path = (expect.path ?? []).filter((name) => name !== '...');
  // Values that only another revision knows are kept beside on a channel; what is near to a setting is a slip.
  const mistyped = Object.keys(given?.settings ?? {}).filter((name) => suggest(name, settings) !== null);
  return [
    ...told('answers', 'node', Object.keys(answers), nodes),
    ...told('path', 'node', path, nodes),
    ...told('rest', 'node', expect.rest === undefined ? [] : [expect.rest], nodes),
    ...told('variables', 'variable', Object.keys(expect.variables ?? {}), variables),
    ...told('settings', 'setting', mistyped, settings),
  ];
}
