import type { SetNode } from '../flow';
import { has, noteKept, type Run, type Turn } from '../engine/run';
import { evaluateHere, expressionFault, valuesRead } from './conditions';
import { DONE, type Kind } from './kind';
import { ref } from './schema-parts';
import { isPersonal, keptPlaces } from '../personal';
import { fits } from './variable-values';

/** `set`: gives variables of the flow new values; all are computed before the first is changed. */
export const set: Kind<SetNode> = {
  title: 'Gives variables of the flow new values.',
  properties: {
    values: {
      description: 'variables of this flow, each with its new value',
      type: 'object',
      minProperties: 1,
      maxProperties: 50,
      propertyNames: ref('variableName'),
      additionalProperties: ref('expression'),
    },
  },
  required: ['values'],
  outcomes: DONE,
  enter(run, node) {
    const keep = keptPlaces(run.flow, Object.keys(node.values));
    const evaluated = evaluateHere(run, Object.values(node.values), 'values', keep);
    return 'asked' in evaluated ? evaluated.asked : assign(run, node, evaluated.result);
  },
  resume: (run, node, answer) => assign(run, node, answer),
};

function assign(run: Run, node: SetNode, answer: object): Turn {
  if (has(answer, 'fault')) return expressionFault(String(answer.fault));
  if (has(answer, 'misfit')) return misfit(String(answer.misfit));
  if (!has(answer, 'values') || !Array.isArray(answer.values)) return { turn: 'fail', code: 'unexpected-answer' };
  const values: Record<string, string | number | boolean> = {};
  const kept: string[] = [];
  for (const [index, name] of Object.keys(node.values).entries()) {
    if (isPersonal(run.flow, name)) {
      kept.push(name);
      continue;
    }
    const declared = Object.hasOwn(run.flow.variables ?? {}, name) ? run.flow.variables?.[name] : undefined;
    const value: unknown = answer.values[index];
    if (!declared || !fits(declared, value)) return misfit(name);
    values[name] = value;
  }
  run.state.vars = { ...run.state.vars, ...values };
  const detail = { values, ...noteKept(run, kept), ...valuesRead(answer) };
  return { turn: 'outcome', outcome: 'done', what: 'Variables were set.', detail };
}

function misfit(variable: string): Turn {
  return { turn: 'fail', code: 'value-does-not-fit', detail: { variable } };
}
