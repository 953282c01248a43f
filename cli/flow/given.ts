import type { Json, Scenario } from '../../flows';
import { WrongUsage } from '../wrong-usage';

/** Parts `NAME=VALUE` at its first sign. `form` is shown when it is none. @throws WrongUsage */
export function splitGiven(text: string, form: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new WrongUsage(`"${text}" is not of the form ${form}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Answers of one node, one for each visit, parted by commas; `{"tier":"gold"}` is what the other system answers a webhook. */
export function answersOf(text: string): NonNullable<Scenario['answers']>[string] {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(`[${text}]`) as { [name: string]: Json }[];
    } catch {
      throw new WrongUsage(
        `The answer ${text} begins like a JSON object and is none; write {"tier":"gold"}, in quotes of your shell.`,
      );
    }
  }
  return text.split(',').map((each) => each.trim());
}

/** Values on a command line: `true`, `3`, `["a"]` are what they look like; everything else is text. */
export function valueOf(text: string): string | number | boolean | string[] {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
    return Array.isArray(value) ? value.map(String) : text;
  } catch {
    return text;
  }
}
