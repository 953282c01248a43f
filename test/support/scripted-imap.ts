/**
 * An IMAP server that does what no server here can be made to do: it lacks extensions, forgets answers, breaks off in the
 * middle of a message, expunges while it is read. The mailbox is a plain list; one folder, any password.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** One message; its sequence number is its place in the list. */
export interface ScriptedMessage {
  uid: number;
  raw: string;
  /** When it arrived; null: the server says NIL. */
  at: Date | null;
  flags: string[];
}

/** What the server is and does; may be changed while it runs. */
export interface ScriptedServer {
  uidValidity: number;
  messages: ScriptedMessage[];
  capabilities: string[];
  /** Answers SELECT without UIDNEXT. */
  hidesUidNext: boolean;
  /** Sends the whole message whatever part was asked for. */
  ignoresParts: boolean;
  /** Says of each message that it has this many bytes. */
  lyingSize: number | null;
  /** Sends no line for a SEARCH that finds nothing. */
  silentSearch: boolean;
  /** Tells unasked what other sessions did, in the middle of a FETCH. */
  chatty: boolean;
  /** What becomes of a command instead of its answer; null: it is answered. */
  instead: ((line: string) => Misdeed | null) | null;
}

/** `bye`: BYE and gone; `cut`: half a literal and gone; `expunge`: the message is gone first; `hang`: no answer. */
export type Misdeed = 'bye' | 'cut' | 'expunge' | 'hang';

/** A running server. */
export interface ScriptedImap extends ScriptedServer {
  port: number;
  /** Every command line it got, without the tag. */
  said: string[];
  /** Adds a message under the next UID and tells those who are in IDLE. */
  deliver(raw: string, at?: Date | null): number;
  /** Says goodbye to everybody who is connected, and closes. */
  sayGoodbye(): void;
  stop(): Promise<void>;
}

/** Starts one with all that Dovecot has, and what is given instead. */
export async function startScriptedImap(given: Partial<ScriptedServer> = {}): Promise<ScriptedImap> {
  const sockets = new Set<Socket>();
  const said: string[] = [];
  const server: ScriptedServer = {
    uidValidity: 100,
    messages: [],
    capabilities: ['IDLE', 'UIDPLUS', 'MOVE', 'NAMESPACE'],
    hidesUidNext: false,
    ignoresParts: false,
    lyingSize: null,
    silentSearch: false,
    chatty: false,
    instead: null,
    ...given,
  };
  let lastUid = Math.max(0, ...server.messages.map(({ uid }) => uid));
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.write(`* OK [CAPABILITY IMAP4rev1 ${server.capabilities.join(' ')}] ready\r\n`);
    let idling = '';
    readLines(socket, (tag, line) => {
      if (tag === 'DONE') return void socket.write(`${idling} OK idled\r\n`);
      if (line.startsWith('IDLE')) idling = tag;
      said.push(line);
      answer(running, socket, tag, line);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const running: ScriptedImap = Object.assign(server, {
    port: (listener.address() as AddressInfo).port,
    said,
    deliver(raw: string, at: Date | null = new Date()): number {
      lastUid = Math.max(lastUid, ...server.messages.map(({ uid }) => uid)) + 1;
      server.messages.push({ uid: lastUid, raw, at, flags: [] });
      if (server.capabilities.includes('IDLE'))
        for (const socket of sockets) socket.write(`* ${server.messages.length} EXISTS\r\n`);
      return lastUid;
    },
    sayGoodbye(): void {
      for (const socket of sockets) socket.end('* BYE idle for too long\r\n');
    },
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  });
  return running;
}

function readLines(socket: Socket, take: (tag: string, line: string) => void): void {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const [, tag = '', line = ''] = /^(\S+) ?(.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      take(tag, line);
    }
  });
}

function answer(server: ScriptedImap, socket: Socket, tag: string, line: string): void {
  const say = (...lines: string[]): void => void socket.write(lines.map((one) => `${one}\r\n`).join(''));
  const misdeed = server.instead?.(line) ?? null;
  if (misdeed !== null && misdeed !== 'expunge') return misbehave(socket, misdeed);
  if (misdeed === 'expunge') expunge(server, say, /^UID FETCH (\d+)/.exec(line)?.[1] ?? '');
  const [, word = '', rest = ''] = /^((?:UID )?\S+) ?(.*)$/i.exec(line) ?? [];
  const done = (words = 'done'): void => say(`${tag} OK ${words}`);
  switch (word.toUpperCase()) {
    case 'CAPABILITY':
      say(`* CAPABILITY IMAP4rev1 ${server.capabilities.join(' ')}`);
      return done();
    case 'NAMESPACE':
      say('* NAMESPACE (("" "/")) NIL NIL');
      return done();
    case 'LIST':
      say(rest.endsWith('""') ? '* LIST (\\Noselect) "/" ""' : '* LIST (\\HasNoChildren) "/" INBOX');
      return done();
    case 'SELECT':
    case 'EXAMINE':
      say(...opening(server));
      return done(word.toUpperCase() === 'EXAMINE' ? '[READ-ONLY] opened' : '[READ-WRITE] opened');
    case 'STATUS':
      say(`* STATUS INBOX (UIDVALIDITY ${server.uidValidity})`);
      return done();
    case 'UID SEARCH':
      return search(server, say, rest, done);
    case 'UID FETCH':
      fetch(server, say, rest);
      return done();
    case 'UID STORE':
    case 'UID COPY':
      change(server, word.toUpperCase(), rest);
      return done();
    case 'UID MOVE':
    case 'UID EXPUNGE':
    case 'EXPUNGE':
      for (const uid of uidsOf(
        rest ||
          server.messages
            .filter(isDeleted)
            .map((one) => one.uid)
            .join(','),
      ))
        expunge(server, say, String(uid));
      return done();
    case 'IDLE':
      return say('+ idling');
    case 'LOGOUT':
      say('* BYE', `${tag} OK bye`);
      return void socket.end();
    default:
      return done();
  }
}

const isDeleted = ({ flags }: ScriptedMessage): boolean => flags.includes('\\Deleted');
const uidsOf = (set: string): number[] => /^[\d,]+/.exec(set)?.[0].split(',').map(Number) ?? [];

function misbehave(socket: Socket, misdeed: Exclude<Misdeed, 'expunge'>): void {
  if (misdeed === 'bye') socket.end('* BYE the server goes down\r\n');
  if (misdeed === 'cut') socket.end('* 1 FETCH (UID 1 RFC822.SIZE 5000 BODY[]<0> {5000}\r\nFrom: half a mail');
}

function opening(server: ScriptedImap): string[] {
  const next = Math.max(0, ...server.messages.map(({ uid }) => uid)) + 1;
  return [
    `* ${server.messages.length} EXISTS`,
    '* 0 RECENT',
    '* FLAGS (\\Seen \\Deleted)',
    `* OK [UIDVALIDITY ${server.uidValidity}] valid`,
    ...(server.hidesUidNext ? [] : [`* OK [UIDNEXT ${next}] next`]),
  ];
}

function search(server: ScriptedImap, say: (line: string) => void, query: string, done: () => void): void {
  const from = Number(/UID (\d+):\*/.exec(query)?.[1] ?? 0);
  const only = /UID (\d+)$/.exec(query)?.[1];
  const since = /SINCE (\S+)/.exec(query)?.[1];
  const last = server.messages.at(-1)?.uid;
  const found = server.messages
    // "7:*" names the last message even when its UID is below 7 (RFC 3501, 6.4.8).
    .filter(({ uid }) => (only ? uid === Number(only) : uid >= from || uid === last))
    .filter(({ at }) => !since || (at ?? new Date()).getTime() >= new Date(since).getTime());
  if (found.length > 0 || !server.silentSearch) say(`* SEARCH${found.map(({ uid }) => ` ${uid}`).join('')}`);
  done();
}

function fetch(server: ScriptedImap, say: (...lines: string[]) => void, rest: string): void {
  const [, set = '', items = ''] = /^(\S+) (.*)$/.exec(rest) ?? [];
  for (const uid of uidsOf(set)) {
    const index = server.messages.findIndex((one) => one.uid === uid);
    const message = server.messages[index];
    if (!message) continue;
    if (server.chatty)
      say(
        `* ${server.messages.length} EXISTS`,
        `* ${index + 1} FETCH (FLAGS (\\Seen))`,
        `* 1 FETCH (UID ${server.messages[0]?.uid} FLAGS (\\Answered))`,
      );
    say(`* ${index + 1} FETCH (${factsOf(server, message, items)})`);
  }
}

function factsOf(server: ScriptedImap, { uid, raw, at, flags }: ScriptedMessage, items: string): string {
  const date = at === null ? 'NIL' : `"${internalDate(at)}"`;
  const facts = [`UID ${uid}`];
  if (items.includes('FLAGS')) facts.push(`FLAGS (${flags.join(' ')})`);
  if (items.includes('RFC822.SIZE')) facts.push(`RFC822.SIZE ${server.lyingSize ?? Buffer.byteLength(raw)}`);
  if (items.includes('INTERNALDATE')) facts.push(`INTERNALDATE ${date}`);
  const part = /BODY\.PEEK\[\]<(\d+)\.(\d+)>/.exec(items);
  const bytes = Buffer.from(raw);
  if (items.includes('BODY.PEEK[HEADER]')) {
    const header = raw.slice(0, raw.indexOf('\r\n\r\n') + 4);
    facts.push(`BODY[HEADER] {${Buffer.byteLength(header)}}\r\n${header}`);
  } else if (part && !server.ignoresParts) {
    const [start, length] = [Number(part[1]), Number(part[2])];
    const some = bytes.subarray(start, start + length);
    facts.push(`BODY[]<${start}> {${some.length}}\r\n${some.toString()}`);
  } else if (/BODY\.PEEK\[\]/.test(items)) facts.push(`BODY[] {${bytes.length}}\r\n${raw}`);
  return facts.join(' ');
}

function internalDate(at: Date): string {
  const [, day = '', month = '', year = '', time = ''] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(at.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}

function change(server: ScriptedImap, word: string, rest: string): void {
  if (word !== 'UID STORE') return;
  const flags = /\(([^)]*)\)/.exec(rest)?.[1]?.split(' ') ?? [];
  for (const uid of uidsOf(rest)) server.messages.find((one) => one.uid === uid)?.flags.push(...flags);
}

function expunge(server: ScriptedImap, say: (line: string) => void, uid: string): void {
  const index = server.messages.findIndex((one) => one.uid === Number(uid));
  if (index < 0) return;
  server.messages.splice(index, 1);
  say(`* ${index + 1} EXPUNGE`);
}
