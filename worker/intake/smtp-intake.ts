import type { TlsPair } from '../../mail/receivers';
import {
  startSmtpReceiver,
  type ReceivedMail,
  type SmtpAnswer,
  type SmtpReceiver,
  type SmtpReceiverPorts,
} from '../../mail/receivers/smtp';
import { sourceNetwork } from '../../mail/receivers/source-network';
import type { SmtpLimits } from '../../mail/receivers/smtp-limits';
import { DiskFull } from '../../store/errors';
import type { Intake } from './intake';
import { TemporalAway, type Delivery, type IntakePorts } from './intake-ports';
import { recipientChannel } from './recipient-channel';
import { createKeepRefused } from './refused-mail';

/** What the SMTP listener needs beside intake. */
export interface SmtpIntakePorts extends Pick<IntakePorts, 'store' | 'settings' | 'now' | 'log' | 'parser'> {
  intake: Pick<Intake, 'offer'>;
  host: string;
  /** 0 takes a free one. */
  port: number;
  limits?: Partial<SmtpLimits>;
  /** Certificate for STARTTLS; absent: one is made; null: not offered. */
  tls?: TlsPair | null;
}

const answers = {
  unknown: { code: 550, text: '5.1.1 Nobody has this address here' },
  notNow: { code: 451, text: '4.3.0 We cannot take the mail at this moment, please come again' },
  diskFull: { code: 452, text: '4.3.1 Our disk is full, please come again later' },
} satisfies Record<string, SmtpAnswer>;

/** After Temporal did not answer, senders are asked to come again before they send their mail's content. */
const temporalRestMs = 5_000;

/** Refusals being written at one moment; more are not counted, so that a flood of them cannot fill our memory. */
const mostRefusalsAtOnce = 100;

/** Starts to receive mail for all channels by SMTP; 250 is only said when a mail is on disk and settled. */
export async function startSmtpIntake(ports: SmtpIntakePorts): Promise<SmtpReceiver> {
  const { store, settings, log } = ports;
  let temporalRestsUntil = 0;

  async function onMessage(mail: ReceivedMail): Promise<SmtpAnswer> {
    const deliveries = await deliveriesOf(ports, mail);
    if (deliveries.length === 0) return answers.notNow;
    const outcomes = await Promise.allSettled(deliveries.map((delivery) => ports.intake.offer(delivery)));
    const failures = outcomes.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
    if (failures.length === 0) return { code: 250, text: `2.0.0 Taken as ${mail.sha256.slice(0, 16)}` };
    if (failures.some((failure) => failure instanceof TemporalAway)) temporalRestsUntil = Date.now() + temporalRestMs;
    for (const error of failures)
      log({ level: 'error', msg: 'A mail could not be taken; its sender comes again.', error });
    return failures.some((failure) => failure instanceof DiskFull) ? answers.diskFull : answers.notNow;
  }

  return startSmtpReceiver({
    host: ports.host,
    port: ports.port,
    name: settings.serverName,
    ...(ports.limits ? { limits: ports.limits } : {}),
    ...(ports.tls === undefined ? {} : { tls: ports.tls }),
    async checkRecipient(address) {
      if (!store.healthy() || Date.now() < temporalRestsUntil) return answers.notNow;
      return (await recipientChannel(ports, address)) ? { accept: true } : answers.unknown;
    },
    onMessage,
    onRefusal: createNoteRefusal(ports),
    log: (sentence) => log({ level: 'warn', msg: sentence }),
  });
}

/** Counts every refusal by day and source, and keeps those of whole mails for a trace. */
function createNoteRefusal(ports: SmtpIntakePorts): NonNullable<SmtpReceiverPorts['onRefusal']> {
  const { store, log } = ports;
  const keepRefused = createKeepRefused(ports);
  let atOnce = 0;
  return (refusal, content) => {
    if (atOnce >= mostRefusalsAtOnce) return;
    atOnce += 1;
    const now = ports.now();
    const reason = `${refusal.code} ${refusal.text.split(' ')[0] ?? ''}`.trim();
    const counted = store.refusals
      .add({ day: now.toISOString().slice(0, 10), reason, source: sourceNetwork(refusal.remoteAddress), now })
      .catch((error: unknown) => log({ level: 'warn', msg: 'A refusal could not be counted.', error }));
    const kept = content ? keepRefused(refusal, content) : null;
    void Promise.all([counted, kept]).finally(() => {
      atOnce -= 1;
    });
  };
}

/** One delivery for each channel among the recipients, whatever of its addresses they name. */
async function deliveriesOf(ports: SmtpIntakePorts, mail: ReceivedMail): Promise<Delivery[]> {
  const recipients = new Map<string, string[]>();
  for (const recipient of mail.envelope.to) {
    const channel = await recipientChannel(ports, recipient);
    if (channel) recipients.set(channel._id, [...(recipients.get(channel._id) ?? []), recipient]);
  }
  const { remoteAddress: ip, helo, secure: tls } = mail.session;
  return [...recipients].map(([channelId, to]) => ({
    ledgerId: `smtp:${channelId}:${mail.sha256}`,
    channelId,
    source: { kind: 'smtp', server: ip, envelope: { from: mail.envelope.from, to, ip, helo, tls } },
    content: { raw: mail.raw, receivedHeader: mail.received },
    receivedAt: mail.receivedAt,
  }));
}
