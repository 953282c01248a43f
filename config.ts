import { join } from 'node:path';
import type { Setting } from './config/setting-kinds';
import { settings } from './config/settings';

/** One wrong setting: its name, what was given (secrets hidden) and what would be right. */
export interface SettingProblem {
  readonly name: string;
  readonly given: string;
  readonly allowed: string;
}

/** The environment holds wrong settings; the message names every one with what was given and what is allowed. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map((problem) => `  ${problem.name}: ${problem.given}; ${problem.allowed}`);
    super(`Ringpost does not start, because of wrong settings:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Where settings come from: `process.env`, or a table in tests. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** All settings, parsed: times in milliseconds (`…Ms`), sizes in bytes (`…Bytes`), folders absolute. */
export type Config = {
  readonly [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T> ? T : never;
};

/**
 * Reads and checks every setting; an empty variable counts as not given.
 *
 * @throws WrongSetting naming all that is wrong at once: values, unknown `RINGPOST_…` names, settings that contradict.
 */
export function readConfig(env: Environment): Config {
  const problems: SettingProblem[] = unknownNames(env);
  const entries = Object.entries<Setting<unknown>>(settings).map(([key, setting]) => {
    const given = env[setting.name] || presetOf(setting, env);
    if (given === null) return [key, null];
    const value = setting.parse(given);
    if (value === undefined) problems.push(problem(setting, given, `allowed is ${setting.allowed}`));
    return [key, value];
  });
  const config: Config = Object.fromEntries(entries);
  problems.push(...contradictions(config, env));
  if (problems.length > 0) throw new WrongSetting(problems);
  return config;
}

/** The settings as a Markdown table, for `docs/operations/settings.md`. */
export function describeSettings(): string {
  const rows = Object.values<Setting<unknown>>(settings).map(
    ({ name, purpose, preset, allowed }) => `| \`${name}\` | ${purpose} | ${preset || 'none'} | ${allowed} |`,
  );
  return ['| variable | what it is for | default | allowed |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The cache folder follows the desktop's convention when there is one. */
function presetOf(setting: Setting<unknown>, env: Environment): string | null {
  const base = env['XDG_CACHE_HOME'];
  return setting === settings.cacheDir && base ? join(base, 'ringpost') : setting.preset;
}

function problem(setting: Setting<unknown>, given: string, allowed: string): SettingProblem {
  return { name: setting.name, given: setting.secret ? 'a value not shown here' : `given was "${given}"`, allowed };
}

const aboutTheirTemporal: readonly Setting<unknown>[] = [
  settings.temporalTls,
  settings.temporalTlsCa,
  settings.temporalTlsCert,
  settings.temporalTlsKey,
  settings.temporalTlsServerName,
  settings.temporalApiKey,
];

function contradictions(config: Config, env: Environment): SettingProblem[] {
  const found: SettingProblem[] = [];
  const refuse = (setting: Setting<unknown>, allowed: string): void => {
    found.push(problem(setting, env[setting.name] || setting.preset || '', allowed));
  };
  const beyond = (address: string | undefined): boolean => address !== undefined && !/^(127\.|::1$)/.test(address);
  for (const setting of [settings.bindAddress, settings.smtpBindAddress]) {
    const address = setting.parse(env[setting.name] || setting.preset || '');
    if (beyond(address) && !config.publicBind) {
      refuse(
        setting,
        `it can be reached from other machines: say that you mean it with ${settings.publicBind.name}=on`,
      );
    }
  }
  if (config.failAt && !config.test && env['NODE_ENV'] !== 'test') {
    refuse(settings.failAt, `it breaks Ringpost on purpose and needs NODE_ENV=test or ${settings.test.name}=1`);
  }
  for (const setting of aboutTheirTemporal) {
    const given = env[setting.name];
    if (given && setting.parse(given) !== undefined && !env[settings.temporalAddress.name]) {
      refuse(setting, `it is about a Temporal that runs elsewhere: name it with ${settings.temporalAddress.name}`);
    }
  }
  for (const [one, other] of [
    [settings.temporalTlsCert, settings.temporalTlsKey],
    [settings.temporalTlsKey, settings.temporalTlsCert],
  ] as const) {
    if (env[one.name] && !env[other.name]) refuse(one, `it needs ${other.name} beside it`);
  }
  if (config.temporalApiKey && config.temporalTls === false) {
    refuse(settings.temporalTls, `without it ${settings.temporalApiKey.name} would travel in the open`);
  }
  if (config.heartbeatMs >= config.presenceLeaseMs) {
    refuse(settings.heartbeatMs, `it must be shorter than ${settings.presenceLeaseMs.name}`);
  }
  return found;
}

function unknownNames(env: Environment): SettingProblem[] {
  const known = Object.values<Setting<unknown>>(settings).map((setting) => setting.name);
  return Object.keys(env)
    .filter((name) => name.startsWith('RINGPOST_') && !known.includes(name))
    .map((name) => {
      const near = known.toSorted((a, b) => distance(name, a) - distance(name, b))[0] ?? '';
      const hint = distance(name, near) <= 4 ? `did you mean ${near}?` : 'see docs/operations/settings.md';
      return { name, given: 'there is no such setting', allowed: hint };
    });
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of b.split('').entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
