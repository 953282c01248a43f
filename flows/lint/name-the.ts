import { stepsOf } from './finding';

/** Says to a person which part of the flow a pointer names: `The node "ring"`, `"timeout" of the node "ring"`. */
export function nameThe(pointer: string): string {
  const [first, second, ...rest] = stepsOf(pointer);
  if (first === undefined) return 'The flow';
  const part = PARTS.get(first);
  if (!part || second === undefined)
    return second === undefined ? `"${first}"` : `"${first}.${[second, ...rest].join('.')}"`;
  const whole = `the ${part} "${second}"`;
  return rest.length === 0 ? `T${whole.slice(1)}` : `"${inside(rest)}" of ${whole}`;
}

const PARTS = new Map([
  ['nodes', 'node'],
  ['variables', 'variable'],
  ['settings', 'setting'],
]);

/** `cases/0/when` as people count: `cases 1, when`. */
function inside(steps: string[]): string {
  return steps
    .map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : step))
    .join(' ')
    .replaceAll(/ (\d+) /g, ' $1, ');
}
