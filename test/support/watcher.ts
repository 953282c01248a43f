import {
  watchImap,
  type ImapCursor,
  type ImapDelivery,
  type ImapState,
  type ImapWatchPorts,
} from '../../mail/receivers/imap';
import { until } from './until';

/** A watcher under test, with a cursor kept in memory and everything it said. */
export interface TestWatcher {
  offered: ImapDelivery[];
  states: ImapState[];
  log: string[];
  beats(): number;
  cursor(): ImapCursor | null;
  setCursor(cursor: ImapCursor | null): void;
  /** Every cursor that was ever kept. */
  cursors: ImapCursor[];
  /** Subjects of what was offered, in order. */
  subjects(): string[];
  watching(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts to watch INBOX of `user` on a Dovecot, with short pauses; `ports` overrides what a test is about. */
export async function startWatcher(
  server: { port: number; user: string },
  ports: Partial<Omit<ImapWatchPorts, 'signal'>> & { known?: ImapCursor } = {},
): Promise<TestWatcher> {
  const stop = new AbortController();
  const offered: ImapDelivery[] = [];
  const states: ImapState[] = [];
  const log: string[] = [];
  const cursors: ImapCursor[] = [];
  let cursor: ImapCursor | null = ports.known ?? null;
  let beats = 0;
  const { offer, timing, ...rest } = ports;
  const done = watchImap({
    account: async () => ({
      host: '127.0.0.1',
      port: server.port,
      tls: 'none',
      user: server.user,
      auth: { kind: 'password', password: 'pw' },
    }),
    folder: 'INBOX',
    firstSync: 'now',
    maxBytes: 1_000_000,
    cursor: {
      read: async () => cursor,
      move: async (from, to) => {
        if (from?.uid !== cursor?.uid || from?.uidValidity !== cursor?.uidValidity) return false;
        cursor = to;
        cursors.push(to);
        return true;
      },
    },
    offer: async (delivery) => {
      await offer?.(delivery);
      offered.push(delivery);
    },
    onState: (state) => states.push(state),
    log: (sentence) => log.push(sentence),
    heartbeat: () => {
      beats += 1;
    },
    ...rest,
    signal: stop.signal,
    timing: {
      heartbeatMs: 20,
      retryFirstMs: 20,
      retryCapMs: 100,
      signInRetryFirstMs: 30,
      signInRetryCapMs: 50,
      ...timing,
    },
  });
  return {
    offered,
    states,
    log,
    cursors,
    beats: () => beats,
    cursor: () => cursor,
    setCursor: (next) => {
      cursor = next;
    },
    subjects: () => offered.map(({ raw }) => /^Subject: (.*?)\r?$/m.exec(raw.toString())?.[1] ?? ''),
    watching: () => until('the watcher watches', () => states.at(-1)?.word === 'watching'),
    stop: async () => {
      stop.abort();
      await done;
    },
  };
}

/** A small mail with a subject, an id and a date. */
export function aMail(subject: string, more: { date?: Date; body?: string } = {}): string {
  const date = (more.date ?? new Date()).toUTCString().replace('GMT', '+0000');
  const id = subject.replace(/\W+/g, '-');
  return `From: ann@y.test\r\nTo: support@x.test\r\nSubject: ${subject}\r\nMessage-ID: <${id}@y.test>\r\nDate: ${date}\r\n\r\n${more.body ?? 'Hello'}\r\n`;
}
