import { keepStarted, keepWorker } from '../cli/start/keep-worker';
import { until } from './support/until';

/** A worker as Temporal's SDK makes them, that ends by itself with an error, or runs until it is shut down. */
function aWorker(ending: Error | null) {
  let state: 'RUNNING' | 'STOPPED' = 'RUNNING';
  let end = (): void => undefined;
  return {
    run: async (): Promise<void> => {
      if (ending) {
        state = 'STOPPED';
        throw ending;
      }
      await new Promise<void>((resolve) => (end = resolve));
    },
    getState: () => state,
    shutdown: () => {
      state = 'STOPPED';
      end();
    },
  };
}

test('a worker that ends by itself is told and made anew, also when that fails at first', async () => {
  const refused = new Error('NOT_FOUND: the namespace is not there');
  const logged: { level: string; msg: string }[] = [];
  const last = aWorker(null);
  const made: (() => ReturnType<typeof aWorker>)[] = [
    () => aWorker(refused),
    () => {
      throw refused;
    },
    () => last,
  ];
  const kept = await keepWorker(
    async () => (made.shift() ?? (() => last))(),
    (line) => void logged.push(line),
    1,
  );
  await until('all were made', () => made.length === 0);

  expect(last.getState()).toBe('RUNNING');
  expect(logged.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
    'error: A worker ended by itself; another is started.',
    'error: No other worker could be started; it is tried again.',
  ]);
  await kept.stop();
  expect(last.getState()).toBe('STOPPED');
});

test('one that somebody else shut down is made anew too', async () => {
  const [first, last] = [aWorker(null), aWorker(null)];
  const made = [first, last];
  const logged: unknown[] = [];
  const kept = await keepWorker(
    async () => made.shift() ?? last,
    (line) => void logged.push(line),
    1,
  );
  first.shutdown();
  await until('another was made', () => made.length === 0);
  expect(logged).toEqual([expect.objectContaining({ level: 'error', reason: 'It was shut down.' })]);
  await kept.stop();
  expect(logged).toHaveLength(1);
});

test('one that cannot be made at the start ends the start, and nobody waits for it', async () => {
  const refused = keepWorker(
    () => Promise.reject(new Error('no such namespace')),
    () => undefined,
  );
  await expect(refused).rejects.toThrow('no such namespace');
});

test('a stop while another is waited for does not wait for it', async () => {
  let asked = 0;
  const kept = await keepWorker(
    async () => {
      asked += 1;
      return aWorker(new Error('gone'));
    },
    () => undefined,
    60_000,
  );
  await kept.stop();
  expect(asked).toBe(1);
});

test('what keeps all else alive is started again and again, also after a failure', async () => {
  let asked = 0;
  const logged: string[] = [];
  const start = async (): Promise<void> => {
    asked += 1;
    if (asked === 1) throw new Error('Temporal is away');
  };
  const kept = keepStarted(start, { everyMs: 1, log: ({ msg }) => void logged.push(msg) });
  await until('it was asked again', () => asked > 2);
  await kept.stop();
  expect(logged).toEqual(['The clock could not be looked after.']);
});
