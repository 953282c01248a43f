import { homedir } from 'node:os';
import { isIP } from 'node:net';
import { resolve } from 'node:path';

/** One setting: its variable, what it is for, its default, and how its text is read. */
export interface Setting<T> {
  readonly name: string;
  readonly purpose: string;
  /** The default as a person would write it; null when there is none. */
  readonly preset: string | null;
  readonly allowed: string;
  /** Gives undefined for a text that is not allowed. */
  readonly parse: (text: string) => T | undefined;
  readonly secret?: true;
}

const UNITS_MS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const MEBIBYTE = 1024 * 1024;

/** Ranges of IP addresses as CIDR, commas between; a single address is a range of one, none is allowed too. Kept as text. */
export function networks(name: string, preset: string, purpose: string): Setting<string> {
  const right = (range: string): boolean => {
    const [, network = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range.trim()) ?? [];
    const family = isIP(network);
    return family !== 0 && Number(bits ?? 0) <= (family === 6 ? 128 : 32);
  };
  const parse = (given: string): string | undefined =>
    given === '' || given.split(',').every(right) ? given : undefined;
  return { name, purpose, preset, allowed: 'ranges such as 10.1.0.0/16 or fd00::/8, commas between', parse };
}

/** A setting whose text must fit a pattern. */
export function pattern(name: string, preset: string, purpose: string, rule: RegExp, allowed: string): Setting<string> {
  return { name, purpose, preset, allowed, parse: (given) => (rule.test(given) ? given : undefined) };
}

/** Words of at most 100 characters with commas between; none are allowed too. */
export function words(name: string, purpose: string): Setting<readonly string[]> {
  const parse = (given: string): readonly string[] | undefined => {
    const all = given === '' ? [] : given.split(',').map((each) => each.trim());
    return all.every((each) => /^.{1,100}$/.test(each)) ? all : undefined;
  };
  return { name, purpose, preset: '', allowed: 'words of at most 100 characters, commas between', parse };
}

/** A path; `~` is the home folder, a relative one starts where Ringpost is started. */
export function folder(name: string, preset: string, purpose: string): Setting<string> {
  return { name, purpose, preset, allowed: 'a path', parse: (given) => resolve(given.replace(/^~(?=\/)/, homedir())) };
}

/** A whole number within bounds. */
export function whole(name: string, preset: number, purpose: string, [least, most]: [number, number]): Setting<number> {
  return {
    name,
    purpose,
    preset: String(preset),
    allowed: `a whole number from ${least} to ${most}`,
    parse: (given) => (/^\d{1,10}$/.test(given) && +given >= least && +given <= most ? +given : undefined),
  };
}

/** A time such as `10s` or `15min`, read into milliseconds. */
export function duration(
  name: string,
  preset: string,
  purpose: string,
  [least, most] = ['1ms', '3650d'],
): Setting<number> {
  const parse = (given: string): number | undefined => {
    const [, count, unit] = /^(\d{1,9})(ms|s|min|h|d)$/.exec(given) ?? [];
    return count === undefined ? undefined : Number(count) * (UNITS_MS.get(unit ?? '') ?? NaN);
  };
  const [leastMs = 0, mostMs = 0] = [parse(least ?? ''), parse(most ?? '')];
  return {
    name,
    purpose,
    preset,
    allowed: `a duration such as 10s, 15min, 12h or 7d, from ${least} to ${most}`,
    parse: (given) => {
      const ms = parse(given);
      return ms !== undefined && ms >= leastMs && ms <= mostMs ? ms : undefined;
    },
  };
}

/** A size such as `40MB`, read into bytes. */
export function size(
  name: string,
  presetMb: number,
  purpose: string,
  [least, most]: [number, number],
): Setting<number> {
  return {
    name,
    purpose,
    preset: `${presetMb}MB`,
    allowed: `a size from ${least}MB to ${most}MB (1MB is 1,048,576 bytes)`,
    parse: (given) => {
      const count = Number(/^(\d{1,6})MB$/.exec(given)?.[1] ?? NaN);
      return count >= least && count <= most ? count * MEBIBYTE : undefined;
    },
  };
}

/** A switch, `on` or `off`. */
export function flag(name: string, preset: boolean, purpose: string): Setting<boolean> {
  const words: Readonly<Record<string, boolean>> = {
    on: true,
    off: false,
    true: true,
    false: false,
    '1': true,
    '0': false,
  };
  return { name, purpose, preset: preset ? 'on' : 'off', allowed: 'on or off', parse: (given) => words[given] };
}

/** One of some words. */
export function oneOf<const T extends string>(
  name: string,
  preset: NoInfer<T>,
  purpose: string,
  choices: readonly T[],
): Setting<T> {
  const parse = (given: string): T | undefined => choices.find((choice) => choice === given);
  return { name, purpose, preset, allowed: `one of ${choices.join(', ')}`, parse };
}

/** One of some whole numbers. */
export function oneOfNumbers(
  name: string,
  preset: number,
  purpose: string,
  choices: readonly number[],
): Setting<number> {
  const parse = (given: string): number | undefined => choices.find((choice) => String(choice) === given);
  return { name, purpose, preset: String(preset), allowed: `one of ${choices.join(', ')}`, parse };
}

/** The same setting without a default: null when it is not given. */
export function optional<T>(setting: Setting<T>): Setting<T | null> {
  return { ...setting, preset: null };
}

/** The same setting, whose value is never repeated to anybody. */
export function secret<T>(setting: Setting<T>): Setting<T> {
  return { ...setting, secret: true };
}

/** An IP address of this machine to listen on. */
export function address(name: string, preset: string, purpose: string): Setting<string> {
  const parse = (given: string): string | undefined => (isIP(given) === 0 ? undefined : given);
  return { name, purpose, preset, allowed: 'an IP address of this machine, such as 127.0.0.1 or 0.0.0.0', parse };
}

/** A TCP port to listen on. */
export function port(name: string, preset: number, purpose: string): Setting<number> {
  return whole(name, preset, `${purpose} (0: any free port)`, [0, 65_535]);
}
