/** `npm run bench [-- --quick] [--json FILE]`: measures each figure of the design on this machine, in one run. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { onlyKnownWords } from '../config/only-known-words';
import type { BenchSize, Figure } from './figure';
import { flows } from './flows';
import { growth } from './growth';
import { ingest } from './ingest';
import { latency } from './latency';
import { memory } from './memory';
import { oneEnquiry } from './one-enquiry';
import { operations } from './operations';
import { routing } from './routing';
import { search } from './search';
import { removeData, startSubject, type Subject } from './subject';

type Measure = (subject: Subject, size: BenchSize) => Promise<Figure[]>;

// Routing after all that rings agents of the subject, as its 500 stay; memory ends the subject.
const measures: Record<string, Measure> = {
  flows,
  oneEnquiry,
  operations,
  latency,
  ingest,
  growth,
  routing,
  memory,
  search,
};

// They count events, commands, or the seconds their own process computes: no clock on the wall, so they run side by side.
const UNTIMED = ['flows', 'oneEnquiry', 'operations'];

async function main(args: string[]): Promise<number> {
  const size = { quick: args.includes('--quick') };
  const only = args.find((each) => each in measures);
  const figures: Figure[] = [];
  const broken: string[] = [];
  const subject = await startSubject();
  const take = async (name: string): Promise<Figure[]> => {
    const measure = measures[name];
    if (!measure || (only !== undefined && name !== only)) return [];
    const began = performance.now();
    // One that cannot be measured takes nothing from the others.
    const measured = await measure(subject, size).catch((failure: unknown) => {
      broken.push(`${name}: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`);
      return [];
    });
    process.stderr.write(`${name}: measured in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    return measured;
  };
  const takeAll = async (names: string[]): Promise<Figure[]> => {
    const taken: Figure[] = [];
    for (const name of names) taken.push(...(await take(name)));
    return taken;
  };
  try {
    const [beside = '', ...others] = UNTIMED;
    figures.push(...(await Promise.all([take(beside), takeAll(others)])).flat());
    figures.push(...(await takeAll(Object.keys(measures).filter((name) => !UNTIMED.includes(name)))));
  } finally {
    await subject.stop();
    await removeData(subject.dataDir);
  }
  print(figures);
  const file = args[args.indexOf('--json') + 1];
  if (args.includes('--json') && file) await writeFile(file, `${JSON.stringify(rows(figures, args), null, 2)}\n`);
  for (const each of broken) console.error(`NOT MEASURED ${each}`);
  return broken.length === 0 ? 0 : 1;
}

function rows(figures: Figure[], args: string[]): object[] {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return figures.map((each) => ({ ...each, commit, options: args.filter((arg) => arg.startsWith('--')) }));
}

/** A table for people; `--json` has all fields. */
function print(figures: Figure[]): void {
  const table = figures.map((each) => [
    each.holds ? 'holds' : 'MISSES',
    each.figure,
    `${each.measured} ${each.unit}`,
    each.goal,
    each.ratio === null ? '' : `${each.ratio} of ${each.ceiling}`,
    String(each.samples),
  ]);
  const rowsOf = [['', 'figure', 'measured', 'goal', 'ratio to the ceiling', 'samples'], ...table];
  const widths = rowsOf[0]?.map((_, column) => Math.max(...rowsOf.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rowsOf)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

const words = process.argv.slice(2);
onlyKnownWords(words, {
  usage: `npm run bench [-- --quick] [--json FILE] [${Object.keys(measures).join('|')}]`,
  options: ['--quick'],
  valued: ['--json'],
  words: Object.keys(measures),
});
main(words).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
