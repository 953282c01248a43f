import { callbackify } from 'node:util';
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import { selfSignedCertificate, type TlsPair } from './self-signed';
import { hearTooLarge, type TooLargeByWord } from './announced-size';
import { receiveData } from './smtp-data';
import { defaultSmtpLimits, type SmtpLimits } from './smtp-limits';
import { createSmtpPolicy, shuttingDown } from './smtp-policy';
import { refuse, sessionOf, type ListenerState, type SmtpReceiverPorts } from './smtp-session';

export type { ReceivedMail, RefusedContent, SmtpAnswer, SmtpReceiverPorts, SmtpRefusal } from './smtp-session';

/** A running listener. */
export interface SmtpReceiver {
  port: number;
  /** Takes a renewed certificate for the connections to come. */
  renewTls(pair: TlsPair): void;
  /** What is under way now. */
  load(): { connections: number; mails: number; bytesInFlight: number };
  /** Answers 421 to who is idle or new, lets running mails end (at most `drainMs`), then closes the port. */
  close(): Promise<void>;
}

/** Starts to receive mail by SMTP. Every refusal is made in the session, so that no bounce of ours goes to a forged sender. */
export async function startSmtpReceiver(ports: SmtpReceiverPorts): Promise<SmtpReceiver> {
  const limits: SmtpLimits = { ...defaultSmtpLimits, ...ports.limits };
  const state: ListenerState = { ports, limits, bytesInFlight: 0, busy: new Set(), draining: false };
  const tls = ports.tls === undefined ? selfSignedCertificate(ports.name) : ports.tls;
  const server = createServer(state, tls);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(ports.port, ports.host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  // TLS faults and broken sockets of single clients; unheard they would end the process.
  server.on('error', (error) => ports.log(`SMTP: ${error.message}`));
  const address = server.server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : ports.port,
    renewTls: (pair) => server.updateSecureContext({ key: pair.key, cert: pair.cert }),
    load: () => ({
      connections: server.connections.size,
      mails: state.busy.size,
      bytesInFlight: state.bytesInFlight,
    }),
    close: () => close(server, state),
  };
}

function createServer(state: ListenerState, tls: TlsPair | null): SMTPServer {
  const { limits, ports } = state;
  const server: SMTPServer = new SMTPServer({
    name: ports.name,
    banner: 'Ringpost',
    size: limits.maxBytes,
    maxClients: limits.maxConnections,
    maxCommandLength: limits.maxCommandBytes,
    socketTimeout: limits.idleMs,
    // By the time smtp-server is told to close, running mails have ended.
    closeTimeout: 200,
    disableReverseLookup: !ports.reverseLookup,
    // Japanese carriers gave out addresses with dots side by side, and machines write from hosts with an underscore.
    lenientAddressParsing: true,
    // A port for the world signs nobody in, and the joke commands have no place in production.
    disabledCommands: ['AUTH', 'WIZ', 'SHELL', 'KILL', ...(tls === null ? ['STARTTLS'] : [])],
    authOptional: true,
    logger: hearTooLarge((mail) => countTooLarge(state, server, mail)),
    ...(tls === null ? {} : { key: tls.key, cert: tls.cert, minVersion: 'TLSv1.2' }),
    ...handlers(state),
  });
  return server;
}

function handlers(state: ListenerState): SMTPServerOptions {
  const policy = createSmtpPolicy(state);
  return {
    onConnect: callbackify(async (session: SMTPServerSession) => policy.connect(session)),
    onClose: (session) => policy.disconnect(session),
    onMailFrom: callbackify(async (_from: SMTPServerAddress, session: SMTPServerSession) => policy.startMail(session)),
    onRcptTo: callbackify(async (to: SMTPServerAddress, session: SMTPServerSession) =>
      policy.addRecipient(to.address, session),
    ),
    onData: callbackify((stream: SMTPServerDataStream, session: SMTPServerSession) => take(state, stream, session)),
  };
}

/** Refused by the size it announced, before anybody said to whom it goes. */
function countTooLarge(state: ListenerState, server: SMTPServer, { session, from, bytes, text }: TooLargeByWord): void {
  const connection = [...server.connections].find(({ id }) => id === session);
  if (!connection) return;
  const content = {
    helo: connection.hostNameAppearsAs || '',
    envelope: { from, to: [] },
    head: Buffer.alloc(0),
    bytes,
  };
  state.ports.onRefusal?.({ remoteAddress: connection.remoteAddress, code: 552, text }, content);
}

async function take(state: ListenerState, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
  state.busy.add(session.id);
  try {
    const { answer, content } = await receiveData(state, stream, sessionOf(session), session);
    if (answer.code < 200 || answer.code >= 300) throw refuse(state, session, answer, content);
    return answer.text;
  } finally {
    state.busy.delete(session.id);
  }
}

async function close(server: SMTPServer, state: ListenerState): Promise<void> {
  state.draining = true;
  const endIdle = (): void => {
    for (const one of server.connections) if (!state.busy.has(one.id)) one.send(shuttingDown.code, shuttingDown.text);
  };
  const end = Date.now() + state.limits.drainMs;
  for (endIdle(); state.busy.size > 0 && Date.now() < end; endIdle()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
