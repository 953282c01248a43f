import { rounded, type BenchSize, type Figure } from './figure';
import { startSubject, type Subject } from './subject';

/** Memory of api, worker and intake in one process, after what the other measures left open. */
export async function memory(subject: Subject, _size: BenchSize): Promise<Figure[]> {
  const measured = await subject.memoryMiB();
  const open = await subject.store.enquiries.open.count();
  return [
    {
      figure: `memory of the process with ${open} open enquiries`,
      goal: 'at most 350 MiB',
      measured: rounded(measured),
      unit: 'MiB',
      ceiling: null,
      ratio: null,
      holds: measured <= 350,
      samples: 1,
    },
  ];
}

/** A start on the data of an earlier run, until mail is taken; the subject is started anew on its folder. */
export async function warmStart(dataDir: string): Promise<{ figures: Figure[]; subject: Subject }> {
  const subject = await startSubject(dataDir);
  const figure: Figure = {
    figure: 'warm start, from the command to the first mail taken',
    goal: 'told, no goal is set',
    measured: rounded(subject.startMs / 1000),
    unit: 's',
    ceiling: null,
    ratio: null,
    holds: true,
    samples: 1,
  };
  return { figures: [figure], subject };
}
