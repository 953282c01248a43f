import {
  startSmtpReceiver,
  type ReceivedMail,
  type SmtpReceiver,
  type SmtpReceiverPorts,
} from '../../mail/receivers/smtp';

/** A listener that takes mail for addresses beginning with "support", and what it heard. */
export interface TestListener {
  receiver: SmtpReceiver;
  port: number;
  taken: ReceivedMail[];
  refusals: string[];
  log: string[];
}

/** Starts our SMTP receiver on a free loopback port without TLS; `ports` overrides what a test is about. */
export async function startListener(ports: Partial<SmtpReceiverPorts> = {}): Promise<TestListener> {
  const taken: ReceivedMail[] = [];
  const refusals: string[] = [];
  const log: string[] = [];
  const receiver = await startSmtpReceiver({
    host: '127.0.0.1',
    port: 0,
    name: 'mx.x.test',
    tls: null,
    checkRecipient: async (address) =>
      address.startsWith('support') ? { accept: true } : { code: 550, text: '5.1.1 Nobody has this address here' },
    onMessage: async (mail) => {
      taken.push(mail);
      return { code: 250, text: `2.0.0 Taken ${mail.sha256.slice(0, 8)}` };
    },
    onRefusal: ({ code, text }) => refusals.push(`${code} ${text}`),
    log: (sentence) => log.push(sentence),
    ...ports,
  });
  return { receiver, port: receiver.port, taken, refusals, log };
}

/** A promise and what resolves it. */
export function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
