import { randomUUID } from 'node:crypto';
import { rounded, type BenchSize, type Figure } from './figure';
import { sendMany } from './load';
import type { Subject } from './subject';

type Commands = Map<string, number>;

/** Commands to the database from the final dot to the ring, one mail at a time, auto-replies off, what idles taken off. */
export async function operations(subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const mails = quick ? 10 : 30;
  const { store, runtime } = subject;
  await store.channels.change('support', { autoReply: { on: false, template: null } });
  const read = await metricsReader(subject);
  const rings = (): Promise<number> => subject.ringing();
  // Sessions of the bench and the second the settings stay in memory are over before it begins.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const before = await read();
  const began = performance.now();
  for (let n = 0; n < mails; n += 1) {
    const wanted = (await rings()) + 1;
    await sendMany({
      port: runtime.smtp.port,
      mails: 1,
      connections: 1,
      to: 'support@localhost',
      run: `ops${randomUUID()}`,
    });
    while ((await rings()) < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
    // The record follows the ring.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const busyMs = performance.now() - began;
  const after = await read();
  await new Promise((resolve) => setTimeout(resolve, busyMs));
  const idle = await read();
  await store.channels.change('support', { autoReply: { on: true, template: null } });
  const perMail = (kind: string): number => {
    const sum = (from: Commands, to: Commands): number =>
      [...to]
        .filter(([key]) => key.startsWith(kind))
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
  if (process.env['BENCH_DETAIL']) console.error(detail(before, after, mails));
  return [
    figure('store writes from dot to ring', 8, perMail('write')),
    figure('store reads from dot to ring', 4, perMail('read')),
  ];
}

function detail(before: Commands, after: Commands, mails: number): string {
  return [...after]
    .map(([key, count]) => `${key}: ${((count - (before.get(key) ?? 0)) / mails).toFixed(2)}`)
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
