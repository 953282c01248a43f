import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ToolFailed } from './errors';
import type { Log } from './first-way';

const LAST_LINES_KEPT = 20;

/** One call of a program of this machine. */
export interface ToolCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** What the person waits for, as in "building Temporal"; a line with time and last output appears every 10 s. */
  readonly label: string;
  readonly timeoutMs: number;
  readonly log: Log;
}

/**
 * Runs a program to its end, telling every 10 s that it still works and what it said last; returns its last lines.
 *
 * @throws ToolFailed when it cannot be started, ends with another code than 0, or takes longer than `timeoutMs`.
 */
export async function runTool(call: ToolCall): Promise<string[]> {
  const startedAt = Date.now();
  const lines: string[] = [];
  const child = spawn(call.command, call.args, {
    ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: call.timeoutMs,
    killSignal: 'SIGKILL',
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LAST_LINES_KEPT) lines.shift();
    });
  }
  const ticking = setInterval(() => {
    call.log(`${call.label}: ${seconds(startedAt)} s (${lines.at(-1)?.slice(0, 80) ?? 'no output yet'})`);
  }, 10_000);
  try {
    const ended = await new Promise<string | null>((resolve) => {
      child.on('error', (failure) => resolve(`${call.command} could not be started (${failure.message})`));
      child.on('close', (code, signal) => {
        if (code === 0) resolve(null);
        else if (signal === 'SIGKILL') resolve(`gave up after ${seconds(startedAt)} s`);
        else resolve(`${call.command} ended with ${signal ?? `code ${code}`}: ${lines.slice(-5).join(' | ')}`);
      });
    });
    if (ended !== null) throw new ToolFailed(ended);
    return lines;
  } finally {
    clearInterval(ticking);
  }
}

/** The full path of a program, as the shell finds it on PATH, or null. */
export async function onPath(program: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code === 0 && said.startsWith('/') ? said.trim() : null));
  });
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
