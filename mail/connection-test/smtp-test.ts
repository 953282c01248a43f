import { readDeliveryError } from '../delivery-errors';
import { sendMail, type SendServer } from '../senders';
import { greetSmtp } from '../senders/smtp';
import { reportOnConnection, StepFailed, type ConnectionReport } from './connection-report';
import type { TestPatience } from './imap-test';
import { networkTrouble, reachServer, tlsTrouble, type ReachedServer } from './reach-server';

/** The server mail leaves by, as a test takes it. */
export interface SmtpUnderTest extends ReachedServer {
  auth: { user: string; password: string } | null;
}

/** A mail that is sent for the last step. */
export interface MailUnderTest {
  envelope: { from: string; to: readonly string[] };
  raw: Buffer;
}

/** Signs in, sends the mail when there is one, and says which step failed. Never throws. */
export async function testSmtp(
  server: SmtpUnderTest,
  mail: MailUnderTest | null,
  { limitMs, stepMs }: TestPatience,
): Promise<ConnectionReport> {
  const { host, auth } = server;
  const steps = ['dns', 'tcp', 'tls', 'login', 'send'] as const;
  const secrets = auth ? [auth.password, `\0${auth.user}\0${auth.password}`] : [];
  return reportOnConnection({ steps, limitMs, secrets }, async (note) => {
    const connectTo = await reachServer(server, stepMs, note);
    const timeouts = { connectMs: stepMs, greetingMs: stepMs, idleMs: stepMs, finalAnswerMs: limitMs };
    const reached = { ...server, connectTo, auth: auth && ({ kind: 'password', ...auth } as const) };
    await greetSmtp(reached, timeouts).catch((error: unknown) => {
      throw greetingFailure(error, server);
    });
    if (server.tls === 'starttls') note('tls', 'passed', `${host} speaks TLS, and its certificate is trusted.`);
    note(
      'login',
      auth ? 'passed' : 'skipped',
      auth ? `${host} takes the sign-in of ${auth.user}.` : 'The settings name no user, so nobody signs in.',
    );
    if (mail) {
      await send({ kind: 'smtp', ...reached }, mail, timeouts);
      note('send', 'passed', `${host} took a test mail to ${mail.envelope.to.join(', ')}.`);
    } else {
      note('send', 'skipped', 'No test mail was sent, because "sendTo" names nobody.');
    }
  });
}

async function send(
  server: SendServer,
  { envelope, raw }: MailUnderTest,
  timeouts: { connectMs: number; greetingMs: number; idleMs: number; finalAnswerMs: number },
): Promise<void> {
  const result = await sendMail({ server, envelope, raw, timeouts, beforeFinalDot: async () => true });
  if (result.outcome === 'sent') return;
  const said = result.answer ?? result.recipients.find(({ answer }) => answer)?.answer;
  throw new StepFailed('send', said ? `The server did not take the test mail: ${said}` : result.reason);
}

function greetingFailure(error: unknown, server: SmtpUnderTest): StepFailed {
  const { host, port, tls, auth } = server;
  const read = readDeliveryError(error);
  const { code = '', response, message, command } = read;
  if (
    code === 'ETLS' ||
    /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO$)/.test(read.originalCode ?? '')
  ) {
    const refused = response ?? (read.originalCode ? null : message);
    return new StepFailed(
      'tls',
      refused
        ? `${host} does not offer STARTTLS on port ${port} (${refused}). Try "tls" with the port the server's operator gives.`
        : tlsTrouble(error, server),
    );
  }
  if (code === 'EAUTH' || command?.startsWith('AUTH')) {
    return new StepFailed(
      'login',
      `${host} refused the sign-in of ${auth?.user ?? 'nobody'}: ${response ?? message}. Check user and password.`,
    );
  }
  if (response) return new StepFailed('tcp', `${host} does not let us talk to it: ${response}`);
  if (tls !== 'tls' && /Greeting never received/i.test(message)) {
    return new StepFailed(
      'tcp',
      `${host} takes the connection on port ${port} but says nothing. Most likely the port expects "tls".`,
    );
  }
  return new StepFailed(
    'tcp',
    code === 'EPROTOCOL' ? `Port ${port} of ${host} does not speak SMTP.` : networkTrouble(error, server),
  );
}
