import { setTimeout as sleep } from 'node:timers/promises';
import type { LongRun } from '../../activities/ports';
import {
  watchImap,
  type ImapCursor,
  type ImapDelivery,
  type ImapState,
  type ImapTiming,
} from '../../mail/receivers/imap';
import type { LoginState, MailLogin } from '../../store/mail-logins';
import { imapAccountOf } from '../imap-account-of';
import type { HostResolver } from '../resolve-host';
import type { Intake } from './intake';
import type { Delivery, IntakePorts } from './intake-ports';

/** What watching a mail login needs beside intake. */
export interface ImapIntakePorts extends Pick<IntakePorts, 'store' | 'now' | 'log'> {
  intake: Pick<Intake, 'offer'>;
  resolveHost: HostResolver;
  /** Larger mail is not fetched: it is listed as refused, and stays on its server. */
  maxBytes: number;
  timing?: Partial<ImapTiming>;
  /** How often it is looked whether the login was changed, switched off or removed (ms). */
  lookMs?: number;
}

/** Watches a mail login until it is removed or switched off (`gone`), or the signal aborts. */
export async function watchLogin(ports: ImapIntakePorts, loginId: string, run: LongRun): Promise<{ gone: boolean }> {
  while (!run.signal.aborted) {
    const login = await ports.store.mailLogins.get(loginId);
    if (!login?.enabled || login.protocol !== 'imap') return { gone: true };
    const changed = new AbortController();
    const signal = AbortSignal.any([run.signal, changed.signal]);
    const states = createStateKeeper(ports, login);
    const looking = lookForChange(ports, login, signal).then((isChanged) => isChanged && changed.abort());
    await watchImap({
      account: async () => imapAccountOf(ports, (await ports.store.mailLogins.get(loginId)) ?? login),
      folder: login.folder,
      firstSync: 'now',
      maxBytes: ports.maxBytes,
      cursor: cursorOf(ports, login),
      offer: async (delivery) => void (await ports.intake.offer(deliveryOf(login, delivery))),
      onState: states.keep,
      log: (sentence) => ports.log({ level: 'warn', msg: sentence, login: loginId }),
      heartbeat: run.heartbeat,
      signal,
      ...(ports.timing ? { timing: ports.timing } : {}),
    });
    await Promise.all([states.kept(), looking]);
  }
  return { gone: false };
}

/** Resolves true when another account, folder or nothing at all is to be watched; false when the signal aborts first. */
async function lookForChange(ports: ImapIntakePorts, login: MailLogin, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    await sleep(ports.lookMs ?? 5_000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return false;
    try {
      const now = await ports.store.mailLogins.get(login._id);
      const watched = ['generation', 'channel', 'enabled', 'secret', 'port', 'tls', 'ca', 'protocol'] as const;
      if (!now || watched.some((field) => now[field] !== login[field])) return true;
    } catch {
      // The store is away: what we watch is still right.
    }
  }
  return false;
}

function deliveryOf({ _id, generation, channel, tls }: MailLogin, mail: ImapDelivery): Delivery {
  const { folder, uidValidity, uid, raw, bytes, internalDate, tooLarge } = mail;
  return {
    ledgerId: `imap:${_id}.${generation}:${folder}:${uidValidity}:${uid}`,
    channelId: channel,
    // The envelope is not known here; what the mailbox's server noted of it stands in the header.
    source: { kind: 'imap', server: _id, envelope: { from: null, to: [], ip: null, helo: null, tls: tls !== 'none' } },
    content: tooLarge ? { tooLarge: { bytes, header: raw } } : { raw },
    ...(internalDate ? { receivedAt: internalDate } : {}),
  };
}

/** The cursor in the store; it moves by compare-and-set under one generation and one UIDVALIDITY only. */
function cursorOf({ store }: ImapIntakePorts, { _id: id, generation }: MailLogin) {
  return {
    async read(): Promise<ImapCursor | null> {
      const login = await store.mailLogins.get(id);
      const cursor = login?.generation === generation ? login.cursor : null;
      return cursor && { ...cursor, syncedAt: login?.state.lastSeenAt ?? null };
    },
    move(from: ImapCursor | null, { uidValidity, uid }: ImapCursor): Promise<boolean> {
      if (from?.uidValidity === uidValidity) {
        return store.mailLogins.moveCursor({ id, generation, uidValidity, from: from.uid, to: uid });
      }
      const known = from && { uidValidity: from.uidValidity, uid: from.uid };
      return store.mailLogins.startCursor({ id, generation, known, cursor: { uidValidity, uid } });
    },
  };
}

/** How stale the time of the last success may be in the store; each look at the folder would be a write else. */
const seenEveryMs = 30_000;

/** Writes how a watcher fares to its login, one write after the other. */
function createStateKeeper({ store, now, log }: ImapIntakePorts, login: MailLogin) {
  let last: LoginState = login.state;
  let isWritten = true;
  let writing: Promise<void> = Promise.resolve();

  function keep({ word, problem, syncedAt }: ImapState): void {
    const changed = word !== last.word || problem !== last.problem;
    const lastSeenAt = syncedAt ?? last.lastSeenAt;
    const stale = (lastSeenAt?.getTime() ?? 0) - (last.lastSeenAt?.getTime() ?? 0) >= seenEveryMs;
    if (!changed && !stale && isWritten) return;
    const state = { word, problem, lastSeenAt, since: word === last.word ? last.since : now() };
    last = state;
    isWritten = true;
    writing = writing
      .then(() => store.mailLogins.setState(login._id, state))
      .then(() => store.hints.tell({ about: 'login', id: login._id }))
      .catch((error: unknown) => {
        // The next word of the watcher is written, though it be the same.
        isWritten = false;
        log({ level: 'warn', msg: 'The state of a mail login could not be kept.', login: login._id, error });
      });
  }

  return { keep, kept: () => writing };
}
