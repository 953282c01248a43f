import { connect, type Socket } from 'node:net';

/** A line-by-line SMTP client for tests: it can do all that a well-behaved library refuses to do. */
export interface SmtpClient {
  socket: Socket;
  /** Sends a line (CRLF is added) and returns the reply, several lines joined by a line feed. */
  say(line: string): Promise<string>;
  /** Writes bytes as they are. */
  write(bytes: string | Buffer): void;
  /** The next reply. */
  reply(): Promise<string>;
  /** Says EHLO, MAIL and RCPT. */
  begin(envelope?: { from?: string; to?: string[]; size?: number }): Promise<string>;
  /** DATA, the bytes, the final dot; returns the answer. */
  data(body: string | Buffer): Promise<string>;
  /** Resolves when the server has closed. */
  closed(): Promise<void>;
  destroy(): void;
}

/** Connects and waits for the greeting, which is the first `reply()`. */
export async function smtpClient(port: number): Promise<SmtpClient & { greeting: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  const replies = replyReader(socket);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => socket.destroy());
  const client: SmtpClient = {
    socket,
    reply: replies,
    write: (bytes) => void socket.write(bytes),
    say: (line) => {
      socket.write(`${line}\r\n`);
      return replies();
    },
    begin: async ({ from = 'ann@y.test', to = ['support@x.test'], size } = {}) => {
      await client.say('EHLO client.test');
      let last = await client.say(`MAIL FROM:<${from}>${size === undefined ? '' : ` SIZE=${size}`}`);
      for (const one of to) last = await client.say(`RCPT TO:<${one}>`);
      return last;
    },
    data: async (body) => {
      const start = await client.say('DATA');
      if (!start.startsWith('354')) return start;
      socket.write(body);
      if (!body.toString('latin1').endsWith('\r\n')) socket.write('\r\n');
      return client.say('.');
    },
    closed: () => closed,
    destroy: () => socket.destroy(),
  };
  return { ...client, greeting: await replies() };
}

function replyReader(socket: Socket): () => Promise<string> {
  let text = '';
  let ended = false;
  const waiting: ((reply: string) => void)[] = [];
  const deliver = (): void => {
    for (;;) {
      const reply = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(text)?.[0];
      if (waiting.length === 0 || (reply === undefined && !ended)) return;
      text = text.slice(reply?.length ?? 0);
      waiting.shift()?.(reply === undefined ? '' : reply.trimEnd().replaceAll('\r\n', '\n'));
    }
  };
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    deliver();
  });
  socket.on('close', () => {
    ended = true;
    deliver();
  });
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      deliver();
    });
}
