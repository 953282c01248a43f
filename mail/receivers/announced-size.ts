import type { SMTPServerOptions } from 'smtp-server';

/** A mail that was refused for the size its sender announced with it (RFC 1870). */
export interface TooLargeByWord {
  /** Id of the session. */
  session: string;
  /** MAIL FROM. */
  from: string;
  /** What was announced. */
  bytes: number;
  /** The answer's text, with its enhanced code. */
  text: string;
}

/**
 * smtp-server refuses such a mail by itself, before any handler hears of it; only its log tells. A logger that listens for
 * the command and for the answer to it, which are logged one after the other.
 */
export function hearTooLarge(tell: (mail: TooLargeByWord) => void): NonNullable<SMTPServerOptions['logger']> {
  let last = { session: '', command: '' };
  const debug = (entry: unknown, format: unknown, line: unknown): void => {
    const { tnx, cid: session } = entry as { tnx?: string; cid?: string };
    if (tnx === 'command' && format === 'C:') last = { session: session ?? '', command: String(line) };
    if (tnx !== 'send' || session !== last.session) return;
    const { command } = last;
    last = { session: '', command: '' };
    const [, from, size] = /^MAIL FROM:\s*<([^>]*)>.*\sSIZE=(\d+)/i.exec(command) ?? [];
    const text = /^552 (.*)$/.exec(String(line))?.[1];
    if (text !== undefined && from !== undefined) tell({ session: session ?? '', from, bytes: Number(size), text });
  };
  const nothing = (): void => undefined;
  return { trace: nothing, debug, info: nothing, warn: nothing, error: nothing, fatal: nothing };
}
