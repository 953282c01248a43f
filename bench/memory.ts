import { rounded, type BenchSize, type Figure } from './figure';
import { sendMany } from './load';
import { startSubject, type Subject } from './subject';

const EVERY_MS = 60_000;

/**
 * Memory of api, worker and intake in one process, started for it on a desk of 1,000 open enquiries (quick: 300), while each
 * of them gets one event a minute: its customer writes again. The most it takes in that time. The start is a figure of its own.
 */
export async function memory(subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const enquiries = quick ? 300 : 1_000;
  const run = `memory${Date.now()}`;
  const opened = { port: subject.runtime.smtp.port, to: 'support@localhost', run };
  const rang = await subject.ringing();
  await sendMany({ ...opened, mails: enquiries, connections: 50 });
  while ((await subject.ringing()) < rang + enquiries) await pause(200);
  await subject.stop();
  const fresh = await startSubject(subject.dataDir);
  try {
    return [...(await whileCustomersWrite(fresh, { ...opened, enquiries, seconds: quick ? 12 : 120 })), startOf(fresh)];
  } finally {
    await fresh.stop();
  }
}

async function whileCustomersWrite(
  subject: Subject,
  { enquiries, seconds, run, to }: { enquiries: number; seconds: number; run: string; to: string },
): Promise<Figure[]> {
  const { port } = subject.runtime.smtp;
  const mails = Math.round((seconds * 1_000 * enquiries) / EVERY_MS);
  let most = 0;
  const look = async (): Promise<void> => {
    most = Math.max(most, (await subject.memory()).processMiB);
  };
  const watching = setInterval(() => void look(), 250);
  for (let round = 0, left = mails; left > 0; round += 1, left -= enquiries) {
    const events = { mails: Math.min(left, enquiries), connections: 10, pauseMs: EVERY_MS / enquiries };
    await sendMany({ port, to, ...events, run: `${run}-${round}`, answers: run });
  }
  clearInterval(watching);
  const joined = await subject.store.ledger.find({ messageId: `<${run}-0-0@customers.example>` });
  if (joined[0]?.verdict !== 'joined') throw new Error('The mails of the memory run did not join their enquiries.');
  return [
    {
      figure: `memory of the process, ${enquiries} open enquiries with one event a minute each`,
      goal: 'at most 350 MiB',
      measured: rounded(most),
      unit: 'MiB',
      holds: most <= 350,
      samples: mails,
      ceiling: null,
      ratio: null,
    },
    {
      figure: "memory of the database's JVM",
      goal: 'beside the line above',
      measured: rounded((await subject.memory()).databaseMiB),
      unit: 'MiB',
      holds: true,
      samples: 1,
      ceiling: null,
      ratio: null,
    },
  ];
}

/** A start on the data of an earlier run, until mail is taken. */
const startOf = ({ startMs }: Subject): Figure => ({
  figure: 'warm start, from the command to the first mail taken',
  goal: 'told, no goal is set',
  measured: rounded(startMs / 1000),
  unit: 's',
  ceiling: null,
  ratio: null,
  holds: true,
  samples: 1,
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
