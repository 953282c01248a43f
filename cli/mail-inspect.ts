/** `ringpost mail inspect FILE… [--json]`: what intake would make of raw mails, without touching a server. */
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { UnparsableMail } from '../mail/errors';
import { createParser, type Parser } from '../mail/parser';
import { factsOf, type MailFacts } from './mail-facts';
import { describeMail } from './mail-story';

/** Where the command reads and writes. */
export interface InspectPorts {
  /** One JSON object a line instead of a story for people. */
  json: boolean;
  /** Takes one line, without its line break. */
  out: (line: string) => void;
  /** What `-` stands for; default is the process's own standard input. */
  stdin?: Readable;
}

/**
 * Inspects each file and gives the exit code: 0, or 1 when at least one could not be read. Every file gets its answer,
 * in the order given, whatever the others hold.
 */
export async function inspectFiles(paths: string[], ports: InspectPorts): Promise<number> {
  const parser = createParser({ threads: 1 });
  let failed = 0;
  try {
    for (const path of paths) {
      const answer = await inspectOne(path, parser, ports.stdin ?? process.stdin);
      if ('error' in answer) failed += 1;
      if (ports.json) ports.out(JSON.stringify(answer));
      else
        for (const line of 'error' in answer ? [`${path}: ${answer.error}`, ''] : describeMail(answer)) ports.out(line);
    }
  } finally {
    await parser.close();
  }
  return failed === 0 ? 0 : 1;
}

interface Failure {
  file: string;
  error: string;
  /** `unreadable` for a file that cannot be opened, else why the mail would be quarantined. */
  reason: 'unreadable' | UnparsableMail['reason'];
}

async function inspectOne(file: string, parser: Parser, stdin: Readable): Promise<MailFacts | Failure> {
  let raw: Buffer;
  try {
    raw = file === '-' ? await readAll(stdin) : await readFile(file);
  } catch (error) {
    return { file, error: `The file cannot be read: ${sentenceOf(error)}.`, reason: 'unreadable' };
  }
  try {
    return factsOf(file, raw, await parser.parse(raw));
  } catch (error) {
    if (!(error instanceof UnparsableMail)) throw error;
    return { file, error: error.message, reason: error.reason };
  }
}

function sentenceOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return String(error);
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
