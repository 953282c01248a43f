/** Reads mails in threads with limits of time and memory; a thread that fails is replaced, the others go on. */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UnparsableMail } from './errors';
import type { ParsedMail, ParseLimits } from './parsed-mail';
import type { ParseAnswer, ParseRequest } from './parser-thread';

/** How threads are run. */
export interface ParserOptions {
  /** Time one mail may take, from when a thread begins with it. Default 20 s. */
  timeoutMs?: number;
  /** Threads at most. Default 2. */
  threads?: number;
  /** How long a thread beside the first may be idle before it ends. Default 30 s. */
  idleMs?: number;
  /** JavaScript heap of a thread in MiB; contents of files are not counted. Default 512. */
  memoryMb?: number;
  limits?: Partial<ParseLimits>;
}

/** A parser with threads of its own. */
export interface Parser {
  /** Rejects with `UnparsableMail` where nothing can be shown, the time is over or the thread died. */
  parse(raw: Buffer): Promise<ParsedMail>;
  /** How many threads run now. */
  running(): number;
  /** Ends the threads; mails that are not read yet are rejected with reason `closed`. */
  close(): Promise<void>;
}

interface Job {
  id: number;
  raw: Buffer;
  resolve(mail: ParsedMail): void;
  reject(error: UnparsableMail): void;
}

interface Thread {
  isIdle(): boolean;
  give(job: Job): void;
  /** Ends the thread; the mail it is reading is rejected with `error`. */
  end(error: UnparsableMail): Promise<unknown>;
}

/** So many mails wait, or one for so long, before a further thread is worth its memory (14 MiB, and what it compiles). */
const MOST_WAITING = 3;
const LONGEST_WAIT_MS = 50;

/**
 * Makes a parser. The first thread starts with the first mail, another where mails wait for it, and it ends when it has
 * been idle for a while. None keeps the process alive while idle.
 */
export function createParser(options: ParserOptions = {}): Parser {
  const { timeoutMs = 20_000, threads: maxThreads = 2, memoryMb = 512, idleMs = 30_000, limits = {} } = options;
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
  let lastId = 0;
  let closed = false;

  const start = (): Thread => {
    const onEnd = (gone: Thread): void => {
      threads.delete(gone);
      next();
    };
    const isSpare = (): boolean => threads.size > 1;
    const thread = startThread({ timeoutMs, memoryMb, idleMs, limits, isSpare, onIdle: () => next(), onEnd });
    threads.add(thread);
    return thread;
  };
  let looking: NodeJS.Timeout | null = null;
  const lookAgain = (): void => {
    looking ??= setTimeout(() => {
      looking = null;
      next(true);
    }, LONGEST_WAIT_MS);
  };
  const another = (waitedLong: boolean): Thread | null => {
    if (threads.size >= maxThreads) return null;
    if (threads.size === 0 || waitedLong || waiting.length > MOST_WAITING) return start();
    lookAgain();
    return null;
  };
  const next = (waitedLong = false): void => {
    if (closed) return;
    while (waiting.length > 0) {
      const idle = [...threads].find((thread) => thread.isIdle()) ?? another(waitedLong);
      const job = idle === null ? undefined : waiting.shift();
      if (idle === null || job === undefined) return;
      idle.give(job);
    }
  };
  return {
    parse: (raw) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new UnparsableMail('closed'));
        lastId += 1;
        waiting.push({ id: lastId, raw, resolve, reject });
        next();
      }),
    running: () => threads.size,
    close: async () => {
      closed = true;
      if (looking) clearTimeout(looking);
      for (const job of waiting.splice(0)) job.reject(new UnparsableMail('closed'));
      await Promise.all([...threads].map((thread) => thread.end(new UnparsableMail('closed'))));
    },
  };
}

interface ThreadPorts {
  timeoutMs: number;
  memoryMb: number;
  idleMs: number;
  limits: Partial<ParseLimits>;
  /** Whether others can do its work. */
  isSpare(): boolean;
  onIdle(): void;
  onEnd(thread: Thread): void;
}

function startThread(ports: ThreadPorts): Thread {
  const { timeoutMs, memoryMb, idleMs, limits } = ports;
  const worker = startWorker(memoryMb);
  let job: Job | null = null;
  let timer: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let ended = false;

  const release = (): Job | null => {
    const released = job;
    clearTimeout(timer);
    job = null;
    worker.unref();
    idle = setTimeout(() => void (ports.isSpare() && end(new UnparsableMail('closed'))), idleMs);
    idle.unref();
    return released;
  };
  const end = async (error: UnparsableMail): Promise<unknown> => {
    if (ended) return undefined;
    ended = true;
    release()?.reject(error);
    clearTimeout(idle);
    ports.onEnd(thread);
    return worker.terminate();
  };
  worker.on('message', (answer: ParseAnswer) => {
    if (job?.id !== answer.id) return;
    settle(release(), answer);
    ports.onIdle();
  });
  worker.on('error', (error) => void end(new UnparsableMail('crashed', error.message)));
  worker.on('exit', (code) => void end(new UnparsableMail('crashed', `exit code ${code}`)));
  const thread: Thread = {
    isIdle: () => job === null,
    give: (given) => {
      clearTimeout(idle);
      job = given;
      worker.ref();
      timer = setTimeout(() => void end(new UnparsableMail('timeout', `${timeoutMs} ms`)), timeoutMs);
      const request: ParseRequest = { id: given.id, raw: given.raw, limits };
      worker.postMessage(request, []);
    },
    end,
  };
  return thread;
}

function settle(job: Job | null, answer: ParseAnswer): void {
  if (!job) return;
  if ('refused' in answer) return job.reject(new UnparsableMail(answer.refused, answer.detail));
  // Buffers cross the border as plain byte arrays.
  for (const file of answer.mail.attachments) {
    const { buffer, byteOffset, byteLength } = file.content;
    file.content = Buffer.from(buffer, byteOffset, byteLength);
  }
  job.resolve(answer.mail);
}

/** The compiled thread, or the source by way of tsx where we run from source (tests, development). */
function startWorker(memoryMb: number): Worker {
  // A small nursery: measured 50 MiB less for two threads, for a tenth more CPU.
  const resourceLimits = { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 8 };
  const worker =
    extname(__filename) === '.ts'
      ? new Worker(
          'const { workerData } = require("node:worker_threads"); require(workerData.tsx); require(workerData.file);',
          {
            eval: true,
            execArgv: [],
            workerData: { tsx: require.resolve('tsx/cjs'), file: join(__dirname, 'parser-thread.ts') },
            resourceLimits,
          },
        )
      : new Worker(join(__dirname, 'parser-thread.js'), { execArgv: [], resourceLimits });
  worker.unref();
  return worker;
}
