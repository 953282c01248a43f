import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepRunning } from '../../servers/keep-running';
import { until } from '../support/until';
import { ownServers } from './started';

describe('a server that lives and does not answer', () => {
  test.each([
    ['temporal', 'Temporal'],
    ['mongo', 'Database'],
  ] as const)('is ended, said to be so, and started again (%s)', async (only, name) => {
    const own = await ownServers();
    try {
      const servers = await own.start({ only, askEveryMs: 200, failuresAllowed: 2 });
      const pid = servers.processes()[only] ?? 0;
      process.kill(pid, 'SIGSTOP');
      await until('another process serves', () => own.lines.includes(`${name} is back`), 120_000);

      expect(own.lines).toContain(`${name} has not answered 2 times in a row; ending it`);
      expect(servers.processes()[only]).not.toBe(pid);
    } finally {
      await own.end();
    }
  });

  test('is left alone when it answers again before that, and while it starts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringpost-hung-'));
    const lines: string[] = [];
    // Healthy at the start; two silences that pass; three that do not; then it takes its time to start.
    const answers = [true, false, false, true, false, false, false, false, false, false, false, false, true];
    let asked = 0;
    const server = await keepRunning({
      name: 'Sleeper',
      command: process.execPath,
      args: ['-e', 'setInterval(() => undefined, 1000)'],
      endsWithInput: false,
      logFile: join(folder, 'log'),
      isHealthy: async () => answers[asked++] ?? true,
      startLimitMs: 60_000,
      askEveryMs: 1,
      failuresAllowed: 3,
      onBack: async () => {
        throw new Error('its namespace is refused');
      },
      log: (line) => lines.push(line),
    });
    await until('it is back', () => lines.includes('Sleeper is back'));
    await server.stop();
    await rm(folder, { recursive: true });

    expect(lines).toEqual([
      'Sleeper has not answered 3 times in a row; ending it',
      'Sleeper ended (SIGKILL); starting it again',
      // Once, for the new one, and only then it counts as back.
      'Sleeper could not be made ready: Error: its namespace is refused',
      'Sleeper is back',
    ]);
  });
});
