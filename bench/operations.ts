import { randomUUID } from 'node:crypto';
import { rounded, type BenchSize, type Figure } from './figure';
import { sendMany } from './load';
import type { Subject } from './subject';

type Commands = Map<string, number>;

/**
 * Commands to the database from the final dot to the ring, one mail at a time, auto-replies off, what idles taken off. The
 * versions of what is kept in memory (`meta`) are asked for once a second at most, however many mails come: not counted.
 * `BENCH_DETAIL=1` tells which they are.
 */
export async function operations(subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const mails = quick ? 10 : 30;
  const { store, runtime } = subject;
  await store.channels.change('support', { autoReply: { on: false, template: null } });
  const read = await metricsReader(subject);
  const { port } = runtime.smtp;
  const takeOne = async (): Promise<void> => {
    const wanted = (await subject.ringing()) + 1;
    await sendMany({ port, mails: 1, connections: 1, to: 'support@localhost', run: `ops${randomUUID()}` });
    while ((await subject.ringing()) < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
    // The record follows the ring.
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  // The second the former settings stay in memory is over, the new ones are read, and what was written later is written.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await takeOne();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const before = await read();
  const began = performance.now();
  for (let n = 0; n < mails; n += 1) await takeOne();
  // What follows the last of them, a moment later, is counted too.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const busyMs = performance.now() - began;
  const after = await read();
  await new Promise((resolve) => setTimeout(resolve, busyMs));
  const idle = await read();
  await store.channels.change('support', { autoReply: { on: true, template: null } });
  const perMail = (kind: string): number => {
    const sum = (from: Commands, to: Commands): number =>
      [...to]
        .filter(([key]) => key.startsWith(kind) && key !== 'read meta')
        .reduce((total, [key, count]) => total + count - (from.get(key) ?? 0), 0);
    return Math.max(0, (sum(before, after) - sum(after, idle)) / mails);
  };
  const figure = (name: string, goal: number, measured: number): Figure => ({
    figure: name,
    goal: `at most ${goal}`,
    measured: rounded(measured),
    unit: 'commands/mail',
    ceiling: null,
    ratio: null,
    holds: measured <= goal + 0.05,
    samples: mails,
  });
  if (process.env['BENCH_DETAIL']) console.error(detail({ before, after, idle }, mails));
  return [
    figure('store writes from dot to ring', 8, perMail('write')),
    figure('store reads from dot to ring', 4, perMail('read')),
  ];
}

/** Commands a mail of each kind and collection, and how many of them the same time costs without a mail. */
function detail({ before, after, idle }: { before: Commands; after: Commands; idle: Commands }, mails: number): string {
  const between = (from: Commands, to: Commands, key: string) => ((to.get(key) ?? 0) - (from.get(key) ?? 0)) / mails;
  return [...after.keys()]
    .map((key) => ({ key, busy: between(before, after, key), still: between(after, idle, key) }))
    .filter(({ busy, still }) => busy > 0 || still > 0)
    .map(({ key, busy, still }) => `${key}: ${busy.toFixed(2)}, idle ${still.toFixed(2)}`)
    .join('\n');
}

/** Reads the process's own count of commands from `/metrics`, as an operator's Prometheus does. */
async function metricsReader({ store, runtime }: Subject): Promise<() => Promise<Commands>> {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 3_600_000);
  const { token } = await store.apiTokens.create({
    user: 'admin',
    name: 'bench',
    scopes: ['metrics'],
    createdAt: now,
    expiresAt,
  });
  return async () => {
    const answer = await fetch(`${runtime.api}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/metrics answered ${answer.status}: ${text.slice(0, 200)}`);
    const found = [...text.matchAll(/^ringpost_store_commands\{kind="(\w+)",collection="(\w+)"\} (\d+)/gm)];
    return new Map(
      found.map(([, kind = '', collection = '', count = '0']) => [`${kind} ${collection}`, Number(count)]),
    );
  };
}
