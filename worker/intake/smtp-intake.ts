import { readLocalToken } from '../../mail/thread-tokens';
import { startSmtpReceiver, type ReceivedMail, type SmtpAnswer, type SmtpReceiver } from '../../mail/receivers/smtp';
import type { SmtpLimits } from '../../mail/receivers/smtp-limits';
import { DiskFull } from '../../store/errors';
import type { Channel } from '../../store/channels';
import type { Intake } from './intake';
import type { IntakePorts, Settled } from './intake-ports';

/** What the SMTP listener of an installation needs. */
export interface SmtpIntakePorts extends Pick<IntakePorts, 'store' | 'mailSecret' | 'settings' | 'now' | 'log'> {
  intake: Pick<Intake, 'offer'>;
  host: string;
  port: number;
  limits?: Partial<SmtpLimits>;
}

const LATER: SmtpAnswer = { code: 451, text: '4.3.0 We cannot take mail right now; please try again in a few minutes' };

/** Starts to take mail by SMTP for all channels that receive that way. */
export async function startSmtpIntake(ports: SmtpIntakePorts): Promise<SmtpReceiver> {
  const { log, now, store } = ports;
  return startSmtpReceiver({
    host: ports.host,
    port: ports.port,
    name: ports.settings.serverName,
    limits: ports.limits ?? {},
    checkRecipient: (address) => checkRecipient(ports, address),
    onMessage: (mail) => take(ports, mail),
    onRefusal: ({ remoteAddress, code }) => {
      const at = now();
      const refusal = { day: at.toISOString().slice(0, 10), reason: String(code), source: remoteAddress, now: at };
      store.refusals.add(refusal).catch(() => undefined);
    },
    log: (msg) => log({ level: 'warn', msg }),
  });
}

/** The channel behind an address: its own, an alias, or one of our plus addresses (replies, bounces). */
export async function channelOf(
  { store, mailSecret }: Pick<IntakePorts, 'store' | 'mailSecret'>,
  address: string,
): Promise<Channel | null> {
  const direct = await store.channels.byAddress(address);
  if (direct) return direct;
  const token = readLocalToken(address, mailSecret);
  return token && token !== 'forged' ? store.channels.byAddress(token.address) : null;
}

async function checkRecipient(ports: SmtpIntakePorts, address: string): Promise<{ accept: true } | SmtpAnswer> {
  if (!ports.store.healthy()) return LATER;
  const channel = await channelOf(ports, address);
  if (!channel) return { code: 550, text: '5.1.1 There is no such address here' };
  if (!channel.receive.smtp) return { code: 550, text: '5.2.1 This address takes no mail by this way' };
  return { accept: true };
}

/** One entry for each channel named; `250` when every one is settled, else the sender comes again. */
async function take(ports: SmtpIntakePorts, mail: ReceivedMail): Promise<SmtpAnswer> {
  const addressees = new Map<string, string[]>();
  for (const address of mail.envelope.to) {
    const channel = await channelOf(ports, address);
    if (channel) addressees.set(channel._id, [...(addressees.get(channel._id) ?? []), address]);
  }
  const offers = [...addressees].map(([channelId, to]) => offer(ports, mail, channelId, to));
  const results = await Promise.allSettled(offers);
  const failure = results.find((each) => each.status === 'rejected');
  if (!failure) return { code: 250, text: '2.0.0 We have your mail' };
  const reason: unknown = failure.reason;
  if (reason instanceof DiskFull) return { code: 452, text: '4.3.1 There is no room for your mail right now' };
  ports.log({ level: 'warn', msg: 'A mail could not be settled; its sender was asked to come again.', error: reason });
  return LATER;
}

function offer({ intake }: SmtpIntakePorts, mail: ReceivedMail, channelId: string, to: string[]): Promise<Settled> {
  const { session, envelope } = mail;
  return intake.offer({
    ledgerId: `smtp:${channelId}:${mail.sha256}`,
    channelId,
    source: {
      kind: 'smtp',
      server: session.remoteHost ?? session.remoteAddress,
      envelope: { from: envelope.from, to, ip: session.remoteAddress, helo: session.helo, tls: session.secure },
    },
    content: { raw: mail.raw, receivedHeader: mail.received },
    receivedAt: mail.receivedAt,
  });
}
