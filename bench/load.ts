/** Load for the bench: mails of distinct senders over a fixed number of SMTP connections. */
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** What is sent, and where. */
export interface Load {
  port: number;
  mails: number;
  connections: number;
  to: string;
  /** Called after each final dot was answered: index and milliseconds since the dot was sent. */
  accepted?: (index: number, messageId: string) => void;
  /** Called right before the bytes are handed over. */
  sending?: (index: number, messageId: string) => void;
  /** Pause between two mails over all connections (ms); 0 sends as fast as answers come. */
  pauseMs?: number;
  /** Makes Message-IDs and senders of this load distinct from others'. */
  run?: string;
  /** A former run: each mail answers the mail of the same index there, and is of the same sender. */
  answers?: string;
}

/** Sends `mails` mails over `connections` connections and resolves when every one was answered with 250. */
export async function sendMany(load: Load): Promise<void> {
  let next = 0;
  const started = performance.now();
  const sendOne = async (connection: SMTPConnection, index: number): Promise<void> => {
    if (load.pauseMs) await waitUntil(started + index * load.pauseMs);
    const run = load.run ?? 'ceiling';
    const messageId = `<${run}-${index}@customers.example>`;
    const from = `customer-${load.answers ?? run}-${index}@customers.example`;
    const parent = load.answers ? `<${load.answers}-${index}@customers.example>` : null;
    load.sending?.(index, messageId);
    await new Promise<void>((resolve, reject) =>
      connection.send({ from, to: [load.to] }, mailText(index, { messageId, from, to: load.to, parent }), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    load.accepted?.(index, messageId);
  };
  const lane = async (): Promise<void> => {
    let [connection, sent] = [await connected(load.port), 0];
    for (let index = next++; index < load.mails; index = next++) {
      if (sent === MAILS_PER_CONNECTION) {
        connection.quit();
        [connection, sent] = [await connected(load.port), 0];
      }
      await sendOne(connection, index);
      sent += 1;
    }
    connection.quit();
  };
  await Promise.all(Array.from({ length: Math.min(load.connections, load.mails) }, lane));
}

/** Below what a listener takes on one connection. */
const MAILS_PER_CONNECTION = 90;

async function connected(port: number): Promise<SMTPConnection> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.connect(() => resolve());
  });
  return connection;
}

interface Mail {
  messageId: string;
  from: string;
  to: string;
  /** Message-ID of the mail it answers. */
  parent: string | null;
}

function mailText(index: number, { messageId, from, to, parent }: Mail): string {
  return [
    `From: Customer ${index} <${from}>`,
    `To: ${to}`,
    `Subject: Where is my order ${index}?`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: ${messageId}`,
    ...(parent ? [`In-Reply-To: ${parent}`, `References: ${parent}`] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello, I ordered a week ago and nothing came yet. Could you look into it please?',
    '',
    'Kind regards',
    `Customer ${index}`,
    '',
  ].join('\r\n');
}

async function waitUntil(moment: number): Promise<void> {
  const rest = moment - performance.now();
  if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
}
