import { sourceNetwork } from '../../mail/receivers/source-network';
import type { RefusedContent, SmtpRefusal } from '../../mail/receivers/smtp';
import type { IntakePorts } from './intake-ports';
import { recipientChannel } from './recipient-channel';
import { readHeaderFacts } from './too-large';

/** Of one source so many are kept in an hour; who sends more is counted only, and cannot push out the others' mails. */
const mostAnHour = 20;
const hourMs = 3_600_000;

/** Keeps a mail we refused after its content had been sent, so that people who ask for it hear why. Never rejects. */
export type KeepRefused = (refusal: SmtpRefusal, content: RefusedContent) => Promise<void>;

/** Makes the keeper of one listener. */
export function createKeepRefused(ports: Pick<IntakePorts, 'store' | 'parser' | 'log' | 'now'>): KeepRefused {
  const allows = createAllowance();
  return async ({ remoteAddress: server, code, text }, { helo, envelope, head, bytes }) => {
    const at = ports.now();
    if (!allows(sourceNetwork(server), at)) return;
    const { from, to } = envelope;
    try {
      const source = { kind: 'smtp', server, envelope: { from, to, ip: server, helo, tls: false } } as const;
      const [channels, facts] = await Promise.all([
        Promise.all(to.map((one) => recipientChannel(ports, one))),
        readHeaderFacts(ports, head, source),
      ]);
      await ports.store.refusedMails.add({
        at,
        server,
        helo: helo.slice(0, 255),
        from,
        to: to.slice(0, 20),
        channels: [...new Set(channels.flatMap((one) => (one ? [one._id] : [])))],
        headerFrom: facts.from ?? null,
        messageId: facts.messageId?.slice(0, 998) ?? null,
        subject: facts.subject ?? null,
        bytes,
        code,
        answer: text,
      });
    } catch (error) {
      ports.log({ level: 'warn', msg: 'A refused mail could not be kept for a trace.', error });
    }
  };
}

function createAllowance(): (source: string, now: Date) => boolean {
  let hour = 0;
  let counts = new Map<string, number>();
  return (source, now) => {
    const current = Math.floor(now.getTime() / hourMs);
    if (current !== hour) counts = new Map();
    hour = current;
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return count <= mostAnHour;
  };
}
