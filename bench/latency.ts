import { signIn } from '../cli/api-client';
import { quantile, rounded, type BenchSize, type Figure } from './figure';
import { sendMany } from './load';
import type { Subject } from './subject';

interface Offers {
  items: { enquiry: string; subject: string }[];
}

/** Milliseconds from the final dot to the offer in the API's event stream, at five mails a second; dot to 250 beside it. */
export async function latency(subject: Subject, { quick }: BenchSize): Promise<Figure[]> {
  const mails = quick ? 50 : 200;
  const sentAt = new Map<number, number>();
  const answered: number[] = [];
  const offered = new Map<number, number>();
  const run = `latency${Date.now()}`;
  const stop = await watchOffers(subject, (index) => {
    if (sentAt.has(index) && !offered.has(index)) offered.set(index, performance.now() - (sentAt.get(index) ?? 0));
  });
  await sendMany({
    port: subject.runtime.smtp.port,
    mails,
    connections: 10,
    to: 'support@localhost',
    run,
    pauseMs: 200,
    sending: (index) => sentAt.set(index, performance.now()),
    accepted: (index) => answered.push(performance.now() - (sentAt.get(index) ?? 0)),
  });
  const limit = performance.now() + 60_000;
  while (offered.size < mails && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 20));
  stop();
  const times = [...offered.values()];
  const p50 = quantile(times, 0.5);
  const p99 = quantile(times, 0.99);
  const figure = (name: string, goal: string, measured: number, holds: boolean): Figure => ({
    figure: name,
    goal,
    measured: rounded(measured),
    unit: 'ms',
    ceiling: null,
    ratio: null,
    holds,
    samples: times.length,
  });
  return [
    figure(
      'final dot to offer in the stream, 5 mails/s, p50',
      'under 150 ms',
      p50,
      p50 < 150 && times.length === mails,
    ),
    figure(
      'final dot to offer in the stream, 5 mails/s, p99',
      'under 600 ms',
      p99,
      p99 < 600 && times.length === mails,
    ),
    figure('final dot to 250, p50', 'beside the lines above', quantile(answered, 0.5), true),
  ];
}

/** Listens to all agents' streams; on a hint it asks for the offers, as a console does. Subjects name the mail. */
async function watchOffers({ runtime, agents }: Subject, seen: (index: number) => void): Promise<() => void> {
  const stopping = new AbortController();
  for (const who of agents) {
    const api = await signIn(runtime.api, who);
    const look = async (): Promise<void> => {
      const { items } = await api.get<Offers>('/v1/offers');
      for (const { subject } of items) seen(Number(/(\d+)\?$/.exec(subject)?.[1] ?? -1));
    };
    const stream = await fetch(`${runtime.api}/v1/events`, {
      headers: { cookie: api.cookie },
      signal: stopping.signal,
    });
    void read(stream, look).catch(() => undefined);
  }
  return () => stopping.abort();
}

async function read(stream: Response, look: () => Promise<void>): Promise<void> {
  const decoder = new TextDecoder();
  let looking = false;
  let again = false;
  const once = async (): Promise<void> => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    do {
      again = false;
      await look();
    } while (again);
    looking = false;
  };
  for await (const part of stream.body as unknown as AsyncIterable<Uint8Array>) {
    if (decoder.decode(part, { stream: true }).includes('offers')) void once().catch(() => undefined);
  }
}
