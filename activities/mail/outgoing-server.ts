import type { SendResult, SendServer } from '../../mail/senders';
import type { Channel } from '../../store/channels';
import type { Ports } from '../ports';

/** The channel's outgoing server, ready to connect to; rejects when its host or its stored password cannot be used. */
export async function outgoingServer(
  { sinkFolder, store, resolveHost }: Pick<Ports, 'sinkFolder' | 'store' | 'resolveHost'>,
  { server }: Channel,
): Promise<SendServer> {
  if (server.kind === 'sink') return { kind: 'sink', folder: sinkFolder };
  const password = server.secret === null ? null : store.secrets.open(server.secret);
  return {
    kind: 'smtp',
    host: server.host,
    port: server.port,
    tls: server.tls,
    ca: server.ca ?? null,
    connectTo: await resolveHost(server.host, server.port),
    auth: server.user !== null && password !== null ? { kind: 'password', user: server.user, password } : null,
  };
}

/** The result of a try that ended before there was a server to connect to; nobody has the mail. */
export function unusableServer(to: readonly string[], error: unknown): SendResult {
  const [name, code, message] = ['name', 'code', 'message'].map((field) => textOf(error, field));
  const unknownHost = code === 'ENOTFOUND';
  const reason = unknownHost
    ? 'The name of the outgoing server is not known. Check the host in the settings of the channel.'
    : `The outgoing server cannot be used: ${message ?? String(error)}`;
  return {
    outcome: 'retry',
    phase: 'connect',
    answer: null,
    code: null,
    recipients: to.map((address) => ({ address, state: 'untried', code: null, answer: null })),
    // A host we must not connect to, a password sealed with another key: the same for every mail until an admin acts.
    channelBroken: unknownHost || name === 'ForbiddenHost' || name === 'WrongSecretKey',
    reason,
    serverMessageId: null,
  };
}

function textOf(error: unknown, field: string): string | null {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, field) : null;
  return typeof value === 'string' ? value : null;
}
