import type { Json, VariableDeclaration } from '../flow';
import { fits } from '../kinds/variable-values';
import { stepsOf } from '../lint/finding';

/** Where in an answer a variable's value stands, and what the variable may hold. */
export interface SavedPlace extends Pick<VariableDeclaration, 'type' | 'enum'> {
  /** RFC 6901. */
  pointer: string;
  /** Its value stands in the store and may hold anything. */
  personal?: true;
}

/** What was taken from an answer, or the variable that could not be. */
export type ReadAnswer =
  | { saved: Record<string, string | number | boolean> }
  | { failed: { code: 'value-missing' | 'value-does-not-fit' | 'value-personal'; variable: string } };

/** Finds an e-mail address in a text; free texts that hold one are not kept. */
const ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/;

/**
 * Takes from the answer of another system what a webhook keeps: all of it or nothing. Values enter the history of the run,
 * so a text of no fixed list is refused when it holds an e-mail address, one of the `personal` texts that were asked with, or
 * what goes into a personal variable. What personal variables take is among what is given back: `withoutPersonal` parts it.
 */
export function readAnswer(
  answer: Json,
  save: Readonly<Record<string, SavedPlace>>,
  personal: readonly string[] = [],
): ReadAnswer {
  const saved: Record<string, string | number | boolean> = {};
  const known = [...personal, ...Object.values(save).flatMap((place) => personalText(answer, place))];
  for (const [variable, place] of Object.entries(save)) {
    const value = valueAt(answer, place.pointer);
    if (value === undefined || value === null) return { failed: { code: 'value-missing', variable } };
    if (!fits(place, value)) return { failed: { code: 'value-does-not-fit', variable } };
    if (typeof value === 'string' && !place.enum && !place.personal && isPersonal(value, known)) {
      return { failed: { code: 'value-personal', variable } };
    }
    saved[variable] = value;
  }
  return { saved };
}

function personalText(answer: Json, { personal, pointer }: SavedPlace): string[] {
  const value = personal ? valueAt(answer, pointer) : undefined;
  return typeof value === 'string' ? [value] : [];
}

/** Parts what was saved: `open` may enter the history of the run, `personal` stays in the store. */
export function withoutPersonal(
  saved: Readonly<Record<string, string | number | boolean>>,
  save: Readonly<Record<string, SavedPlace>>,
): Record<'open' | 'personal', Record<string, string | number | boolean>> {
  const of = (wanted: boolean) =>
    Object.fromEntries(Object.entries(saved).filter(([name]) => (save[name]?.personal === true) === wanted));
  return { open: of(false), personal: of(true) };
}

/** The value a pointer (RFC 6901) names in an answer; undefined when there is none. */
export function valueAt(answer: Json, pointer: string): Json | undefined {
  let value: Json | undefined = answer;
  for (const step of stepsOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    if (Array.isArray(value)) value = /^(0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined;
    else value = value[step];
  }
  return value;
}

function isPersonal(value: string, personal: readonly string[]): boolean {
  const text = value.toLowerCase();
  return ADDRESS.test(value) || personal.some((each) => each.length > 2 && text.includes(each.toLowerCase()));
}
