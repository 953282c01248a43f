import { randomUUID } from 'node:crypto';
import { quantile, rounded, type BenchSize, type Figure } from './figure';
import { sendMany } from './load';
import type { Subject } from './subject';

/** Cost of a mail with many stored enquiries against few: the median of mails sent one after the other. */
export async function growth(subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const [few, many] = quick ? [500, 2_000] : [1_000, 10_000];
  const samples = quick ? 15 : 40;
  await fill(subject, few);
  const atFew = await medianMs(subject, samples);
  await fill(subject, many - few);
  const atMany = await medianMs(subject, samples);
  const ratio = atMany / atFew;
  return [
    {
      figure: `cost per mail with ${many} stored enquiries against ${few}`,
      goal: 'at most 1.2 times',
      measured: rounded(ratio),
      unit: 'times',
      ceiling: null,
      ratio: null,
      holds: ratio <= 1.2,
      samples: samples * 2,
    },
  ];
}

/** Stores closed enquiries with a message, a ledger entry and a thread key each, as a past of the desk. */
async function fill({ store }: Subject, count: number): Promise<void> {
  const now = new Date();
  for (let from = 0; from < count; from += 200) {
    const ids = Array.from({ length: Math.min(200, count - from) }, () => `epast${randomUUID().slice(0, 13)}`);
    await Promise.all(
      ids.map(async (id) => {
        await store.threadKeys.claim([
          { _id: `support|<${id}@past.example>`, enquiry: id, guess: false, by: id, contentHash: id, v: 1 },
        ]);
        await store.contacts.upsertBySender({ address: `${id}@past.example`, name: 'Past', by: id, enquiry: id, now });
        await store.enquiries.create({
          _id: id,
          number: 0,
          channel: 'support',
          flow: { id: 'support-desk', revision: 1, sha256: '', settings: {} },
          contact: null,
          subject: 'An old question',
          mail: [],
          links: [],
          by: id,
          openedAt: now,
        });
      }),
    );
  }
}

async function medianMs(subject: Subject, samples: number): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < samples; n += 1) {
    const rings = (): Promise<number> => subject.ringing();
    const wanted = (await rings()) + 1;
    const began = performance.now();
    await sendMany({
      port: subject.runtime.smtp.port,
      mails: 1,
      connections: 1,
      to: 'support@localhost',
      run: `grow${randomUUID()}`,
    });
    while ((await rings()) < wanted) await new Promise((resolve) => setTimeout(resolve, 2));
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}
