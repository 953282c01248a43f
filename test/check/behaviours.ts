import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NUMBER = /[A-Z]{2}\d+\.\d+/g;
const TITLE_START = /['"`]((?:[A-Z]{2}\d+\.\d+[,:]? )+)/g;

/** How far tests name the behaviours of `docs/requirements.md`. */
export interface BehaviourReport {
  readonly named: readonly string[];
  /** Behaviours no test title begins with, with their text. */
  readonly missing: readonly string[];
  /** Numbers a test title begins with that no requirement has. */
  readonly unknown: readonly string[];
}

/** Compares the numbers in `docs/requirements.md` with those that titles under `test/` begin with. */
export function reportBehaviours(root: string): BehaviourReport {
  const rows = readFileSync(join(root, 'docs', 'requirements.md'), 'utf8').matchAll(
    /^\| ([A-Z]{2}\d+\.\d+) \| (.*) \|$/gm,
  );
  const behaviours = new Map(Array.from(rows, ([, number = '', text = '']) => [number, text]));
  const titled = new Set(testFiles(join(root, 'test')).flatMap((file) => numbersIn(readFileSync(file, 'utf8'))));
  return {
    named: [...behaviours.keys()].filter((number) => titled.has(number)),
    missing: [...behaviours].filter(([number]) => !titled.has(number)).map((row) => row.join(' ')),
    unknown: [...titled].filter((number) => !behaviours.has(number)),
  };
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}

function numbersIn(source: string): string[] {
  return Array.from(source.matchAll(TITLE_START)).flatMap(([, numbers = '']) => numbers.match(NUMBER) ?? []);
}
