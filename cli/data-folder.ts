import { resolve } from 'node:path';
import { readConfig } from '../config';

/** Takes `--data FOLDER` out of the arguments; without it the folder of the settings. */
export function takeDataFolder(args: string[]): { dataDir: string; rest: string[] } {
  const at = args.indexOf('--data');
  const given = at >= 0 ? args[at + 1] : undefined;
  if (given === undefined) return { dataDir: readConfig(process.env).dataDir, rest: args };
  return { dataDir: resolve(given), rest: args.toSpliced(at, 2) };
}
