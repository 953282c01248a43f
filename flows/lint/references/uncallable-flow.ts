import type { Flow, SettingDeclaration, SubflowNode, VariableDeclaration } from '../../flow';
import { MAX_LEVELS } from '../../subflows/link-published';
import type { LintContext, NodeText, Rule } from '../context';
import { pointerTo } from '../finding';
import { calledFlow } from './called-flows';

/** The most nodes a flow and all that it calls may have together: they travel in the input of every run. */
const MAX_NODES = 500;

/** E503: a `subflow` that names a flow which cannot run inside of this one. */
export const uncallableFlow: Rule = {
  code: 'E503',
  title: 'Flow that cannot run inside this one',
  *check(context) {
    let nodes = context.nodes.size;
    for (const text of context.nodes.values()) {
      const { name, node } = text;
      if (node?.type !== 'subflow') continue;
      const pointer = pointerTo('nodes', name, 'flow');
      const fault = recursion(context, text, node) ?? misfit(context, text);
      if (fault !== null) {
        yield { pointer, message: fault };
        continue;
      }
      nodes += Object.keys(calledFlow(context, text)?.nodes ?? {}).length;
      if (nodes <= MAX_NODES) continue;
      const message = `With all that it calls, the flow has over ${MAX_NODES} nodes. Call fewer or smaller flows.`;
      yield { pointer, message };
      return;
    }
  },
};

function recursion(context: LintContext, text: NodeText, { flow: called }: SubflowNode): string | null {
  const { id } = context.root;
  if (called === id) return `The node "${text.name}" calls the flow it stands in: it would never end.`;
  const parts = Object.entries(calledFlow(context, text)?.parts ?? {});
  if (parts.some(([, part]) => part.flow === id)) {
    return `The flow "${called}" calls this one in turn: the two would call each other for ever. Put what both need into a third flow.`;
  }
  const levels = 2 + Math.max(-1, ...parts.map(([name]) => name.split('/').length - 1));
  if (levels < MAX_LEVELS) return null;
  return `Flows may call one another ${MAX_LEVELS - 1} levels deep at most; by "${called}" it would be ${levels}.`;
}

/** What both flows name must be the same thing. */
function misfit(context: LintContext, text: NodeText): string | null {
  const other = calledFlow(context, text);
  if (!other) return null;
  return variableMisfit(context, other) ?? settingMisfit(context, other);
}

function variableMisfit({ variables }: LintContext, { id, variables: others = {} }: Flow): string | null {
  const name = Object.keys(others).find(
    (each) => Object.hasOwn(variables, each) && !alike(variables[each], others[each]),
  );
  if (name === undefined) return null;
  return `The variable "${name}" is declared here and in the flow "${id}", but not alike: give both the same "type", "enum" and "personal", or one of them another name.`;
}

function settingMisfit({ settings }: LintContext, { id, settings: others = {} }: Flow): string | null {
  for (const [name, declared] of Object.entries(others)) {
    const own: SettingDeclaration | undefined = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (own && own.type !== declared.type) {
      return `The setting "${name}" is of the type "${own.type}" here and "${declared.type}" in the flow "${id}". Give it the same type, or another name.`;
    }
    if (!own && declared.default === undefined) {
      return `The flow "${id}" needs the setting "${name}" (${declared.type}) and has no default for it. Declare it under "settings" of this flow too.`;
    }
  }
  return null;
}

function alike(one: VariableDeclaration | undefined, other: VariableDeclaration | undefined): boolean {
  const shape = (each: VariableDeclaration | undefined): string =>
    JSON.stringify([each?.type, each?.enum?.toSorted(), each?.personal === true]);
  return shape(one) === shape(other);
}
