/** A desk with our SMTP listener before it, as relays meet it. */
import { createHash } from 'node:crypto';
import type { SmtpReceiver } from '../../../mail/receivers/smtp';
import type { IntakePorts } from '../../../worker/intake/intake-ports';
import { startSmtpIntake, type SmtpIntakePorts } from '../../../worker/intake/smtp-intake';
import { smtpClient } from '../../support/smtp-client';
import { aDesk, type Desk } from './desk';

/** What a test has started, to be ended after it. */
export const closing: (() => unknown)[] = [];

/** Ends what a test has started. */
export async function closeListeners(): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close();
}

/** A desk with a listener; `changes` are those of intake and of the listener. */
export async function listening(changes: Partial<IntakePorts & SmtpIntakePorts> & Parameters<typeof aDesk>[0] = {}) {
  const desk = await aDesk(changes);
  closing.push(desk.close);
  const receiver = await listen(desk, changes);
  return { desk, receiver };
}

/** Starts a listener before a desk. */
export async function listen(desk: Desk, changes: Partial<SmtpIntakePorts> = {}): Promise<SmtpReceiver> {
  const receiver = await startSmtpIntake({
    ...desk.ports,
    intake: desk.intake,
    host: '127.0.0.1',
    port: 0,
    tls: null,
    ...changes,
  });
  closing.push(() => receiver.close());
  return receiver;
}

/** Sends a mail as a relay would; the answers to the recipients and the last answer. */
export async function send(port: number, raw: Buffer, to: string[] = ['support@desk.test']) {
  const client = await smtpClient(port);
  await client.say('EHLO relay.test');
  await client.say('MAIL FROM:<mia@customers.test>');
  const recipients: string[] = [];
  for (const one of to) recipients.push(await client.say(`RCPT TO:<${one}>`));
  const taken = recipients.some((answer) => answer.startsWith('250'));
  const answer = taken ? await client.data(raw) : '';
  client.destroy();
  return { recipients, answer };
}

/** The ledger id of a mail that came by SMTP. */
export const ledgerIdOf = (raw: Buffer, channel = 'support'): string =>
  `smtp:${channel}:${createHash('sha256').update(raw).digest('hex')}`;
