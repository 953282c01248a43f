import type { LongRun } from '../../activities/ports';
import { watchImap, type ImapCursor, type ImapDelivery, type ImapState } from '../../mail/receivers/imap';
import type { MailLogin } from '../../store/mail-logins';
import { imapAccountOf } from '../imap-account-of';
import type { Intake } from './intake';
import type { IntakePorts } from './intake-ports';

/** What watching needs. */
export interface ImapIntakePorts extends Pick<IntakePorts, 'store' | 'now' | 'log'> {
  intake: Pick<Intake, 'offer'>;
  resolveHost(host: string): Promise<string>;
  /** Larger mails are kept by their header alone. */
  maxBytes: number;
}

const CHECK_MS = 5_000;

/** Watches one mail login until it is gone, switched off or moved (a new generation), or the signal aborts. */
export async function watchLogin(ports: ImapIntakePorts, loginId: string, run: LongRun): Promise<{ gone: boolean }> {
  const login = await ports.store.mailLogins.get(loginId);
  if (!login?.enabled) return { gone: true };
  const changed = new AbortController();
  const check = setInterval(() => {
    ports.store.mailLogins
      .get(loginId)
      .then((found) => (found?.enabled && found.generation === login.generation ? undefined : changed.abort()))
      .catch(() => undefined);
  }, CHECK_MS);
  try {
    await watchImap({
      account: async () => imapAccountOf(ports, (await ports.store.mailLogins.get(loginId)) ?? login),
      folder: login.folder,
      firstSync: 'now',
      maxBytes: ports.maxBytes,
      cursor: cursorOf(ports, login),
      offer: (delivery) => offer(ports, login, delivery),
      onState: (state) => keepState(ports, login, state),
      log: (msg) => ports.log({ level: 'warn', msg, login: loginId }),
      heartbeat: run.heartbeat,
      signal: AbortSignal.any([run.signal, changed.signal]),
    });
  } finally {
    clearInterval(check);
  }
  const after = await ports.store.mailLogins.get(loginId);
  return { gone: !after?.enabled };
}

function cursorOf({ store }: ImapIntakePorts, login: MailLogin) {
  const { _id: id, generation } = login;
  return {
    async read(): Promise<ImapCursor | null> {
      const found = await store.mailLogins.get(id);
      return found?.cursor ? { ...found.cursor, syncedAt: found.state.lastSeenAt } : null;
    },
    move(from: ImapCursor | null, to: ImapCursor): Promise<boolean> {
      const cursor = { uidValidity: to.uidValidity, uid: to.uid };
      if (from?.uidValidity === to.uidValidity) {
        return store.mailLogins.moveCursor({ id, generation, uidValidity: to.uidValidity, from: from.uid, to: to.uid });
      }
      const known = from && { uidValidity: from.uidValidity, uid: from.uid };
      return store.mailLogins.startCursor({ id, generation, known, cursor });
    },
  };
}

async function offer({ intake }: ImapIntakePorts, login: MailLogin, delivery: ImapDelivery): Promise<void> {
  const { folder, uidValidity, uid, raw, bytes, tooLarge, internalDate } = delivery;
  await intake.offer({
    ledgerId: `imap:${login._id}.${login.generation}:${folder}:${uidValidity}:${uid}`,
    channelId: login.channel,
    source: {
      kind: 'imap',
      server: login._id,
      envelope: { from: null, to: [], ip: null, helo: null, tls: login.tls !== 'none' },
    },
    content: tooLarge ? { tooLarge: { bytes, header: raw } } : { raw },
    ...(internalDate ? { receivedAt: internalDate } : {}),
  });
}

function keepState({ store, now, log }: ImapIntakePorts, login: MailLogin, state: ImapState): void {
  const { word, problem, syncedAt } = state;
  store.mailLogins
    .setState(login._id, { word, since: now(), problem, lastSeenAt: syncedAt })
    .then(() => store.hints.tell({ about: 'login', id: login._id }))
    .catch((error: unknown) => log({ level: 'warn', msg: 'The state of a mailbox could not be kept.', error }));
}
