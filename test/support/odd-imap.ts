import { connect, createServer, type Socket } from 'node:net';
import { portOf } from './smtp-sink';

/** A fault to play: commands that fit are not passed on, and answered so. */
export interface OddImap {
  /** Looked for in each command line of the client, without its tag. */
  when: RegExp;
  /** What is said instead; `TAG` stands for the command's tag. `close`: the line breaks; `silence`: nothing ever comes. */
  say: string;
  /** So many times (for ever). */
  times?: number;
}

/** A real IMAP server that answers oddly where a test wants it to. */
export interface OddImapServer {
  port: number;
  /** Commands as they came, without their tags. */
  commands: string[];
  play(fault: OddImap | null): void;
  /** Says this on every open line, between two answers. */
  tellAll(line: string): void;
  /** Lets nothing the server says through any more, on the lines open now; their clients see only silence. */
  freeze(): void;
  close(): Promise<void>;
}

/** Stands between a client and a server that speaks IMAP without TLS. */
export async function startOddImap(target: number): Promise<OddImapServer> {
  const sockets = new Map<Socket, { frozen: boolean }>();
  const commands: string[] = [];
  let fault: OddImap | null = null;
  let left = 0;
  const server = createServer((client) => {
    const line = { frozen: false };
    sockets.set(client, line);
    const real = connect(target, '127.0.0.1');
    const end = (): void => {
      sockets.delete(client);
      client.destroy();
      real.destroy();
    };
    for (const each of [client, real]) each.on('error', end).on('close', end);
    real.on('data', (part: Buffer) => void (line.frozen || client.write(part)));
    let pending = '';
    client.on('data', (part: Buffer) => {
      pending += part.toString('latin1');
      for (let at = pending.indexOf('\r\n'); at >= 0; at = pending.indexOf('\r\n')) {
        const [whole, command] = [pending.slice(0, at), pending.slice(0, at).replace(/^\S+ /, '')];
        pending = pending.slice(at + 2);
        commands.push(command);
        if (line.frozen) continue;
        if (fault === null || left === 0 || !fault.when.test(command)) real.write(`${whole}\r\n`, 'latin1');
        else {
          left -= 1;
          if (fault.say === 'close') end();
          else if (fault.say !== 'silence')
            client.write(`${fault.say.replaceAll('TAG', whole.split(' ')[0] ?? '')}\r\n`);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    commands,
    play: (next) => {
      fault = next;
      left = next?.times ?? Number.POSITIVE_INFINITY;
    },
    tellAll: (line) => {
      for (const client of sockets.keys()) client.write(`${line}\r\n`);
    },
    freeze: () => {
      for (const line of sockets.values()) line.frozen = true;
    },
    close: async () => {
      for (const client of sockets.keys()) client.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
