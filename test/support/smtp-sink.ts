import { createServer, type Server, type Socket } from 'node:net';

/** What the sink says at one point of the session, or `close` or `silence`; a function is asked anew for every command. */
type Script = string | ((line: string) => string | Promise<string>);

/** Faults to play, by the point of the session; what is left out goes well. */
export interface SinkScript {
  greeting?: Script;
  ehlo?: Script;
  auth?: Script;
  mail?: Script;
  /** Gets the whole `RCPT TO:<…>` line. */
  rcpt?: Script;
  data?: Script;
  /** After the final dot. */
  dot?: Script;
  /** Closes the connection after so many bytes of the body. */
  closeAfterBodyBytes?: number;
  /** Says this in the middle of the body. */
  duringBody?: string;
  extensions?: string[];
}

/** A mail that reached its final dot and was answered with 2xx, or whose answer was kept back. */
export interface SunkMail {
  from: string;
  to: string[];
  raw: Buffer;
}

/** A scripted SMTP server on a free loopback port. */
export interface SmtpSink {
  port: number;
  /** Mails whose final dot arrived, whatever was answered. */
  mails: SunkMail[];
  /** Command lines as they came. */
  commands: string[];
  /** Connections ever made. */
  connections(): number;
  /** Connections open now. */
  open(): number;
  /** Bytes of the body that is being received. */
  bodyBytes(): number;
  /** Breaks every open connection. */
  breakLines(): void;
  play(script: SinkScript): void;
  close(): Promise<void>;
}

/** Starts a sink; it is written by hand, since no real server makes these faults on demand. */
export async function startSmtpSink(script: SinkScript = {}): Promise<SmtpSink> {
  const state = {
    script,
    mails: [] as SunkMail[],
    commands: [] as string[],
    sockets: new Set<Socket>(),
    opened: 0,
    bodyBytes: 0,
  };
  const server = createServer((socket) => {
    state.opened += 1;
    state.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => state.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, state);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    mails: state.mails,
    commands: state.commands,
    connections: () => state.opened,
    open: () => state.sockets.size,
    bodyBytes: () => state.bodyBytes,
    breakLines: () => {
      for (const socket of state.sockets) socket.destroy();
    },
    play: (next) => {
      state.script = next;
    },
    close: async () => {
      for (const socket of state.sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface SinkState {
  script: SinkScript;
  mails: SunkMail[];
  commands: string[];
  bodyBytes: number;
}

function converse(socket: Socket, state: SinkState): void {
  const mail: SunkMail = { from: '', to: [], raw: Buffer.alloc(0) };
  let pending = Buffer.alloc(0);
  let inBody = false;
  let spoken = false;
  let working: Promise<unknown> = say(socket, state.script.greeting ?? '220 sink ESMTP', '');

  const body = async (): Promise<boolean> => {
    state.bodyBytes = pending.length;
    const { closeAfterBodyBytes, duringBody, dot } = state.script;
    if (closeAfterBodyBytes !== undefined && pending.length >= closeAfterBodyBytes) {
      socket.destroy();
      return false;
    }
    if (duringBody !== undefined && !spoken) {
      spoken = true;
      socket.write(`${duringBody}\r\n`);
    }
    const end = pending.subarray(0, 3).equals(Buffer.from('.\r\n')) ? 0 : pending.indexOf('\r\n.\r\n') + 2;
    if (end === 1) return false;
    const raw = Buffer.from(pending.subarray(0, end).toString('latin1').replace(/^\./gm, ''), 'latin1');
    pending = pending.subarray(end + 3);
    inBody = false;
    state.mails.push({ from: mail.from, to: [...mail.to], raw });
    await say(socket, dot ?? '250 2.0.0 taken', '');
    mail.to = [];
    return true;
  };

  const command = async (): Promise<boolean> => {
    const end = pending.indexOf('\r\n');
    if (end < 0) return false;
    const line = pending.subarray(0, end).toString();
    pending = pending.subarray(end + 2);
    state.commands.push(line);
    inBody = await answer(socket, state.script, line, mail);
    return true;
  };

  const goOn = async (before: Promise<unknown>): Promise<void> => {
    await before;
    while (!socket.destroyed && (await (inBody ? body() : command())));
  };

  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    working = goOn(working);
  });
}

/** Answers one command; true when the body comes next. */
async function answer(socket: Socket, script: SinkScript, line: string, mail: SunkMail): Promise<boolean> {
  const verb = line.slice(0, 4).toUpperCase();
  if (verb === 'EHLO') {
    const lines = [
      'sink',
      ...(script.extensions ?? ['PIPELINING', '8BITMIME', 'SIZE 50000000', 'AUTH PLAIN LOGIN XOAUTH2']),
    ];
    const usual = lines.map((text, index) => `250${index === lines.length - 1 ? ' ' : '-'}${text}`).join('\r\n');
    await say(socket, script.ehlo ?? usual, line);
  } else if (verb === 'AUTH') {
    await say(socket, script.auth ?? '235 2.7.0 welcome', line);
  } else if (verb === 'MAIL') {
    mail.from = /<(.*?)>/.exec(line)?.[1] ?? '';
    await say(socket, script.mail ?? '250 2.1.0 sender ok', line);
  } else if (verb === 'RCPT') {
    const said = await say(socket, script.rcpt ?? '250 2.1.5 recipient ok', line);
    if (said.startsWith('2')) mail.to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
  } else if (verb === 'DATA') {
    const said = await say(socket, script.data ?? (mail.to.length > 0 ? '354 go on' : '503 no recipients'), line);
    return said.startsWith('3');
  } else if (verb === 'QUIT') {
    socket.end('221 bye\r\n');
  } else {
    await say(socket, verb === 'RSET' || verb === 'NOOP' ? '250 ok' : '502 not known here', line);
  }
  return false;
}

async function say(socket: Socket, script: Script, line: string): Promise<string> {
  const text = typeof script === 'function' ? await script(line) : script;
  if (text === 'close') socket.destroy();
  else if (text !== 'silence' && !socket.destroyed) socket.write(`${text}\r\n`);
  return text;
}

/** The port a listening server was given. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return address.port;
}
