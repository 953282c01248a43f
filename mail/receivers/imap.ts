import { setTimeout as sleep } from 'node:timers/promises';
import { createBackOff } from '../back-off';
import type { ImapAccount } from './imap-account';
import { readImapTrouble, type ImapTroubleKind } from './imap-errors';
import type { AfterSettle, FetchedMessage } from './imap-folder';
import { watchFolder } from './imap-session';

export type { ImapAccount } from './imap-account';
export type { ImapTroubleKind } from './imap-errors';
export type { AfterSettle } from './imap-folder';

/** How far the watcher came: everything up to `uid` is settled, under this UIDVALIDITY only. */
export interface ImapCursor {
  uidValidity: number;
  uid: number;
  /** Last time the folder was seen whole; where a changed UIDVALIDITY is searched from. Null when not known. */
  syncedAt: Date | null;
}

/** A message of the folder, offered. With `tooLarge` only its header is in `raw`. */
export interface ImapDelivery extends FetchedMessage {
  folder: string;
  uidValidity: number;
  uid: number;
}

/** How the watcher fares; told at every change and after every look at the folder. */
export interface ImapState {
  word: 'connecting' | 'watching' | 'failing' | 'stopped';
  trouble: ImapTroubleKind | null;
  /** A sentence for the admin. */
  problem: string | null;
  /** Last time the folder was seen whole. */
  syncedAt: Date | null;
  /** Messages seen but not settled. */
  unsettled: number;
  /** When it is tried again, if it is failing. */
  retryAt: Date | null;
}

/** What a watcher needs. */
export interface ImapWatchPorts {
  /** Asked before every connection, so that a new password or token is taken without a restart. */
  account: () => Promise<ImapAccount>;
  folder: string;
  /** Where a folder begins that has no cursor: `now`, or with the messages that arrived since a date. */
  firstSync: 'now' | Date;
  afterSettle?: AfterSettle;
  /** Larger messages are offered by their header alone. */
  maxBytes: number;
  cursor: {
    read(): Promise<ImapCursor | null>;
    /** Moves on from exactly `from`; false when another watcher has moved it. */
    move(from: ImapCursor | null, to: ImapCursor): Promise<boolean>;
  };
  /** Resolves when the message is settled; a rejection puts it off, and offering it again must do no harm. */
  offer(delivery: ImapDelivery): Promise<void>;
  onState(state: ImapState): void;
  log(sentence: string): void;
  heartbeat(): void;
  signal: AbortSignal;
  timing?: Partial<ImapTiming>;
}

/** Times of a watcher in milliseconds. */
export interface ImapTiming {
  heartbeatMs: number;
  /** Look without being told, because IDLE dies silently. */
  pollMs: number;
  maxIdleMs: number;
  silenceMs: number;
  retryFirstMs: number;
  retryCapMs: number;
  /** Between two sign-ins that were refused: quick tries get an account locked. */
  signInRetryFirstMs: number;
  signInRetryCapMs: number;
}

const defaultTiming: ImapTiming = {
  heartbeatMs: 3000,
  pollMs: 4 * 60_000,
  maxIdleMs: 170_000,
  silenceMs: 60_000,
  retryFirstMs: 2000,
  retryCapMs: 30_000,
  signInRetryFirstMs: 30_000,
  signInRetryCapMs: 15 * 60_000,
};

/**
 * Watches one folder until the signal aborts: offers every new message, keeps the cursor, comes back after every loss of
 * the connection. It never throws and never gives up; what it cannot get over by itself it tells by `onState`.
 */
export async function watchImap(ports: ImapWatchPorts): Promise<void> {
  const timing = { ...defaultTiming, ...ports.timing };
  const state = createState(ports, await lastSync(ports));
  const usual = createBackOff({ firstMs: timing.retryFirstMs, factor: 1.5, capMs: timing.retryCapMs });
  const signIn = createBackOff({ firstMs: timing.signInRetryFirstMs, factor: 2, capMs: timing.signInRetryCapMs });
  const beat = setInterval(() => ports.heartbeat(), timing.heartbeatMs);
  try {
    while (!ports.signal.aborted) {
      let account: ImapAccount | null = null;
      try {
        state.tell({ word: 'connecting' });
        account = await ports.account();
        const onSync = (unsettled: number, problem: string | null): void => {
          usual.reset();
          signIn.reset();
          state.tell({ word: 'watching', unsettled, problem, syncedAt: new Date() });
        };
        await watchFolder({ ports, account, timing, onSync });
      } catch (error) {
        if (ports.signal.aborted) break;
        const who = {
          host: account?.host ?? 'the mail server',
          user: account?.user ?? 'the account',
          folder: ports.folder,
        };
        const trouble = readImapTrouble(error, who);
        const pauseMs = Math.max((trouble.kind === 'sign-in' ? signIn : usual).next(), trouble.waitMs ?? 0);
        const retryAt = new Date(Date.now() + pauseMs);
        state.tell({ word: 'failing', trouble: trouble.kind, problem: trouble.sentence, retryAt });
        ports.log(`IMAP: ${trouble.sentence} Next try in ${Math.ceil(pauseMs / 1000)} s.`);
        await sleep(pauseMs, undefined, { signal: ports.signal }).catch(() => undefined);
      }
    }
  } finally {
    clearInterval(beat);
    state.tell({ word: 'stopped' });
  }
}

/** Known from before, so that the first word of a new watcher does not make the last good look forgotten. */
async function lastSync(ports: ImapWatchPorts): Promise<Date | null> {
  try {
    return (await ports.cursor.read())?.syncedAt ?? null;
  } catch {
    return null;
  }
}

function createState(
  ports: ImapWatchPorts,
  known: Date | null,
): { tell(change: Partial<ImapState> & Pick<ImapState, 'word'>): void } {
  let syncedAt = known;
  let unsettled = 0;
  return {
    tell(change) {
      syncedAt = change.syncedAt ?? syncedAt;
      unsettled = change.unsettled ?? unsettled;
      ports.onState({ trouble: null, problem: null, retryAt: null, ...change, syncedAt, unsettled });
    },
  };
}
