/** `npm run bench [-- --quick] [--json FILE]`: measures each figure of the design on this machine, in one run. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { onlyKnownWords } from '../config/only-known-words';
import type { BenchSize, Figure } from './figure';
import { flows } from './flows';
import { growth } from './growth';
import { ingest } from './ingest';
import { latency } from './latency';
import { oneEnquiry } from './one-enquiry';
import { operations } from './operations';
import { memory, warmStart } from './process';
import { removeData, startSubject, type Subject } from './subject';

type Measure = (subject: Subject, size: BenchSize) => Promise<Figure[]>;

const measures: Record<string, Measure> = { flows, oneEnquiry, operations, latency, ingest, growth, memory };

async function main(args: string[]): Promise<number> {
  const size = { quick: args.includes('--quick') };
  const only = args.find((each) => each in measures);
  const figures: Figure[] = [];
  let subject = await startSubject();
  try {
    for (const [name, measure] of Object.entries(measures)) {
      if (only !== undefined && name !== only) continue;
      process.stderr.write(`measuring ${name} …\n`);
      figures.push(...(await measure(subject, size)));
    }
    if (only === undefined) {
      await subject.stop();
      const warm = await warmStart(subject.dataDir);
      subject = warm.subject;
      figures.push(...warm.figures);
    }
  } finally {
    await subject.stop();
    await removeData(subject.dataDir);
  }
  print(figures);
  const file = args[args.indexOf('--json') + 1];
  if (args.includes('--json') && file) await writeFile(file, `${JSON.stringify(rows(figures, args), null, 2)}\n`);
  return 0;
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
