import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { readConfig } from '../../config';
import { WrongUsage } from '../wrong-usage';
import { openRuntime, type ProcessRole } from './open-runtime';
import { startParts } from './start-parts';

const ROLES: readonly ProcessRole[] = ['all', 'api', 'worker', 'intake'];

/** `ringpost start [all|api|worker|intake] [--data FOLDER]`: runs until it is asked to stop. */
export async function start(args: string[]): Promise<number> {
  const { role, dataDir } = readArguments(args);
  // Garbage is collected when a heap has grown by a half, not when it is up to four times as large, as Node does it where
  // the machine has gigabytes (docs/decisions/0103).
  setFlagsFromString('--heap-growing-percent=50');
  const config = readConfig(dataDir === null ? process.env : { ...process.env, RINGPOST_DATA_DIR: dataDir });
  // Mail, secrets and databases are for their owner only, also in a folder somebody made open to all.
  process.umask(0o077);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const runtime = await openRuntime(config, role, say);
  const parts = await startParts(runtime, say).catch(async (error: unknown) => {
    await runtime.stop();
    throw error;
  });
  await askedToStop();
  say('Stopping: no new mail is taken, what is in hand is finished.');
  await parts.stop();
  await runtime.stop();
  return 0;
}

function readArguments(args: string[]): { role: ProcessRole; dataDir: string | null } {
  let role: ProcessRole = 'all';
  let dataDir: string | null = null;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    const named = ROLES.find((each) => each === word);
    if (named) role = named;
    else if (word === '--data' && !args[index + 1]) throw new WrongUsage('--data needs a FOLDER after it.');
    else if (word === '--data') dataDir = resolve(args[(index += 1)] as string);
    else throw new WrongUsage(`"${word}" is not a part of Ringpost; it is all, api, worker or intake.`);
  }
  return { role, dataDir };
}

async function askedToStop(): Promise<void> {
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}
