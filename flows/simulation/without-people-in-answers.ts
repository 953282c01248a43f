import type { Flow, Json, VariableDeclaration, WebhookNode } from '../flow';
import { isPersonal } from '../personal';
import { answerWith } from '../webhook/answer-with';
import { valueAt } from '../webhook/read-answer';
import type { Scenario } from './scenario';
import { askedOf, madeUp, type Asked } from './without-people';

type Answers = NonNullable<Scenario['answers']>;
type Plain = string | number | boolean;

/**
 * Replaces what other systems answered for personal variables, so that the conditions that read them hold as before. Gives
 * the answers, and the variables (as paths) whose values were changed.
 */
export function withoutPeopleInAnswers(
  flow: Flow,
  nodes: ReadonlySet<string>,
  answers: Answers,
): { answers: Answers; replaced: string[] } {
  const replaced = new Set<string>();
  const fresh = (name: string, value: Plain): Plain => {
    const path = `vars.${name}`;
    const declared = flow.variables?.[name];
    const made = declared ? madeUpValue(path, value, declared, askedOf(flow, nodes, path)) : value;
    if (made !== value) replaced.add(path);
    return made;
  };
  const entries = Object.entries(answers).map(([name, visits]) => {
    const node = flow.nodes[name];
    if (node?.type !== 'webhook' || !savesPersonal(flow, node)) return [name, visits] as const;
    return [name, visits.map((visit) => answered(flow, node, visit, fresh))] as const;
  });
  return { answers: Object.fromEntries(entries), replaced: [...replaced] };
}

const savesPersonal = (flow: Flow, { save = {} }: WebhookNode): boolean =>
  Object.keys(save).some((name) => isPersonal(flow, name));

function answered(
  flow: Flow,
  { save = {} }: WebhookNode,
  visit: Answers[string][number],
  fresh: (name: string, value: Plain) => Plain,
): Answers[string][number] {
  if (typeof visit === 'string' || Array.isArray(visit)) return visit;
  const values = Object.entries(save).flatMap(([name, pointer]) => {
    const value = valueAt(visit, pointer);
    if (!isPlain(value)) return [];
    return [[name, isPersonal(flow, name) ? fresh(name, value) : value] as const];
  });
  return answerWith(save, Object.fromEntries(values));
}

const isPlain = (value: Json | undefined): value is Plain =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function madeUpValue(path: string, value: Plain, declared: VariableDeclaration, asked: Asked): Plain {
  // One of a list, and yes or no, tell of nobody once the person is not named.
  if (declared.enum || typeof value === 'boolean') return value;
  return typeof value === 'number' ? numberLike(value, asked) : madeUp(path, value, asked, 1);
}

/** A number that stands to all it is compared with as the real one does; 0 where it is compared with nothing. */
function numberLike(value: number, { numbers }: Asked): number {
  const marks = [...new Set(numbers)].toSorted((a, b) => a - b);
  if (marks.length === 0) return 0;
  if (marks.includes(value)) return value;
  const [below, above] = [marks.findLast((mark) => mark < value), marks.find((mark) => mark > value)];
  if (below === undefined) return (above ?? 0) - 1;
  if (above === undefined) return below + 1;
  return Number.isInteger(below) && above - below > 1 ? below + 1 : (below + above) / 2;
}
