import { WrongUsage } from '../wrong-usage';

/** Options of a command, taken off its words. */
export interface Options {
  flags: ReadonlySet<string>;
  /** Values by option, in the order they were given. */
  values: ReadonlyMap<string, string[]>;
  words: string[];
}

/**
 * Parts a command line into flags (`--json`), options with a value (`--format sarif`, `--format=sarif`) and words.
 *
 * @throws WrongUsage for an option that the command does not have, or one without its value.
 */
export function takeOptions(args: string[], known: { flags?: string[]; values?: string[] }): Options {
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('--')) {
      if (arg.startsWith('-') && arg !== '-') throw new WrongUsage(`There is no option "${arg}".`);
      words.push(arg);
      continue;
    }
    const [name = '', ...inline] = arg.split('=');
    if (known.flags?.includes(name) && inline.length === 0) flags.add(name);
    else if (known.values?.includes(name)) {
      const value = inline.length > 0 ? inline.join('=') : args[++index];
      if (value === undefined) throw new WrongUsage(`${name} needs a value after it.`);
      values.set(name, [...(values.get(name) ?? []), value]);
    } else throw new WrongUsage(`There is no option "${name}".`);
  }
  return { flags, values, words };
}
