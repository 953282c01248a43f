import type { SMTPServerSession } from 'smtp-server';
import { countSources, isLoopback } from './smtp-limits';
import { Refusal, refuse, sessionOf, type ListenerState, type SmtpAnswer } from './smtp-session';

/** Who may connect, start a mail and name a recipient; each check throws a `Refusal`. */
export interface SmtpPolicy {
  connect(session: SMTPServerSession): void;
  disconnect(session: SMTPServerSession): void;
  startMail(session: SMTPServerSession): void;
  addRecipient(address: string, session: SMTPServerSession): Promise<void>;
}

/** The answer while the listener stops. */
export const shuttingDown: SmtpAnswer = { code: 421, text: '4.3.2 We are restarting, please come again in a minute' };

const answers = {
  tooManyConnections: { code: 421, text: '4.7.0 Too many connections from your address' },
  enoughMails: { code: 421, text: '4.7.0 Enough mails on this connection, please open a new one' },
  tooBusy: { code: 452, text: '4.3.1 Too much mail at this moment, please come again' },
  tooFast: { code: 451, text: '4.7.1 Too many mails from your address in one minute, please slow down' },
  tooManyUnknown: { code: 421, text: '4.7.0 Too many unknown recipients' },
  tooManyRecipients: { code: 452, text: '4.5.3 Too many recipients, please send the rest with a new mail' },
  notNow: { code: 451, text: '4.3.0 We cannot tell at this moment, please come again' },
} satisfies Record<string, SmtpAnswer>;

/** Makes the policy of one listener; limits per source do not hold for exempt addresses. */
export function createSmtpPolicy(state: ListenerState): SmtpPolicy {
  const { limits, ports } = state;
  const sources = countSources({ limits, isExempt: ports.isExempt ?? isLoopback, now: Date.now });
  const counted = new Set<string>();
  const refusedRecipients = new Map<string, number>();
  return {
    connect(session) {
      if (state.draining) throw refuse(state, session, shuttingDown);
      if (!sources.connect(session.remoteAddress)) throw refuse(state, session, answers.tooManyConnections);
      counted.add(session.id);
    },
    disconnect(session) {
      refusedRecipients.delete(session.id);
      if (counted.delete(session.id)) sources.disconnect(session.remoteAddress);
    },
    startMail(session) {
      if (state.draining) throw refuse(state, session, shuttingDown);
      if (session.transaction > limits.maxMailsPerConnection) throw refuse(state, session, answers.enoughMails);
      if (state.bytesInFlight >= limits.maxBytesInFlight) throw refuse(state, session, answers.tooBusy);
      if (!sources.startMail(session.remoteAddress)) throw refuse(state, session, answers.tooFast);
    },
    async addRecipient(address, session) {
      try {
        await checkRecipient(state, address, session);
      } catch (error) {
        const permanent = error instanceof Refusal && error.responseCode >= 500;
        const refused = (refusedRecipients.get(session.id) ?? 0) + (permanent ? 1 : 0);
        refusedRecipients.set(session.id, refused);
        throw refused > limits.maxRefusedRecipients ? refuse(state, session, answers.tooManyUnknown) : error;
      }
    },
  };
}

async function checkRecipient(state: ListenerState, address: string, session: SMTPServerSession): Promise<void> {
  if (session.envelope.rcptTo.length >= state.limits.maxRecipients) {
    throw refuse(state, session, answers.tooManyRecipients);
  }
  let answer: { accept: true } | SmtpAnswer;
  try {
    answer = await state.ports.checkRecipient(address, sessionOf(session));
  } catch (error) {
    state.ports.log(`SMTP: a recipient could not be looked up, the client was asked to come again: ${String(error)}`);
    answer = answers.notNow;
  }
  if (!('accept' in answer)) throw refuse(state, session, answer);
}
