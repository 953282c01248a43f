import type { BenchSize, Figure } from './figure';
import { rounded } from './figure';
import { measureCeiling } from './ceiling';
import { sendMany } from './load';
import type { Subject } from './subject';

/** Mails a second from the first dot until every mail rings and every auto-reply is delivered, beside the ceiling. */
export async function ingest(subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const mails = quick ? 200 : 600;
  const connections = 50;
  const { runtime } = subject;
  // A first wave for the compilers of Node and the JVM: a centre runs for weeks, and the ceiling's own code is small.
  await wave(subject, { mails: quick ? 100 : 300, connections });
  const { mailsPerSecond: ceiling } = await measureCeiling({
    temporalAddress: runtime.temporal.address,
    namespace: runtime.temporal.namespace,
    mongoUri: runtime.mongo.uri,
    mails,
    connections,
  });
  const { takenMs, doneMs } = await wave(subject, { mails, connections });
  const measured = mails / (doneMs / 1000);
  const ratio = measured / ceiling;
  return [
    {
      figure: 'mails from final dot to first ring, auto-replies delivered',
      goal: '28/s and at least 0.7 of the ceiling',
      measured: rounded(measured),
      unit: 'mails/s',
      ceiling: rounded(ceiling),
      ratio: rounded(ratio),
      holds: measured >= 28 && ratio >= 0.7,
      samples: mails,
    },
    {
      figure: 'mails taken by SMTP (250 answered)',
      goal: 'beside the line above',
      measured: rounded(mails / (takenMs / 1000)),
      unit: 'mails/s',
      ceiling: rounded(ceiling),
      ratio: rounded(mails / (takenMs / 1000) / ceiling),
      holds: true,
      samples: mails,
    },
  ];
}

/** Sends mails and waits until each rings and each auto-reply is delivered; milliseconds from the first connection. */
async function wave(
  subject: Subject,
  size: { mails: number; connections: number },
): Promise<{ takenMs: number; doneMs: number }> {
  const before = { rings: await subject.ringing(), delivered: await subject.delivered() };
  const began = performance.now();
  const { port } = subject.runtime.smtp;
  await sendMany({ port, ...size, to: 'support@localhost', run: `ingest${Date.now()}` });
  const takenMs = performance.now() - began;
  const limit = performance.now() + 240_000;
  // First what costs the database nothing: the documents of twenty agents at whom hundreds ring are large.
  const missing = async (): Promise<boolean> =>
    (await subject.delivered()) - before.delivered < size.mails ||
    (await subject.ringing()) - before.rings < size.mails;
  while (await missing()) {
    if (performance.now() > limit) throw new Error('Not every mail rang and was answered within four minutes.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { takenMs, doneMs: performance.now() - began };
}
