import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { fieldOf } from '../error-field';
import { trustedAuthorities } from '../trusted-authorities';
import { StepFailed, type NoteStep } from './connection-report';

/** A mail server as a test reaches it. */
export interface ReachedServer {
  host: string;
  port: number;
  tls: 'tls' | 'starttls' | 'none';
  ca?: string | null;
  /** Gives the address to connect to; rejects where we must not connect, with a sentence. */
  resolve: (host: string, port: number) => Promise<string>;
}

/** Takes the steps `dns`, `tcp` and, where TLS comes with the first byte, `tls`; gives the address it reached. */
export async function reachServer(server: ReachedServer, stepMs: number, note: NoteStep): Promise<string> {
  const { host, port } = server;
  const address = await server.resolve(host, port).catch((error: unknown) => {
    throw new StepFailed('dns', nameTrouble(error, host));
  });
  note('dns', 'passed', host === address ? `${host} is an address.` : `${host} is known, at ${address}.`);
  const socket = connect({ host: address, port });
  try {
    await answered(socket, 'connect', stepMs).catch((error: unknown) => {
      throw new StepFailed('tcp', networkTrouble(error, server));
    });
    note('tcp', 'passed', `Port ${port} of ${host} takes connections.`);
    if (server.tls === 'tls') {
      await handshake(socket, server, stepMs);
      note('tls', 'passed', `${host} speaks TLS, and its certificate is trusted.`);
    }
    if (server.tls === 'none') note('tls', 'skipped', 'The connection is not encrypted, as the settings say.');
  } finally {
    socket.destroy();
  }
  return address;
}

async function handshake(socket: Socket, { host, port, ca }: ReachedServer, stepMs: number): Promise<void> {
  const named = isIP(host) ? { host } : { host, servername: host };
  const encrypted = connectTls({ socket, ...named, minVersion: 'TLSv1.2', ...trustedAuthorities(ca) });
  await answered(encrypted, 'secureConnect', stepMs).catch((error: unknown) => {
    throw new StepFailed('tls', tlsTrouble(error, { host, port }));
  });
  encrypted.destroy();
}

async function answered(socket: Socket, event: 'connect' | 'secureConnect', stepMs: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (message: string, code: string): void => reject(Object.assign(new Error(message), { code }));
    socket.setTimeout(stepMs, () => fail('No answer came', 'ETIMEDOUT'));
    socket.once(event, () => resolve());
    // Stays: an error after the step must not end the process.
    socket.on('error', reject);
    socket.once('close', () => fail('The server closed the connection', 'ECONNRESET'));
  });
}

function nameTrouble(error: unknown, host: string): string {
  const [name, code] = [fieldOf(error, 'name'), fieldOf(error, 'code')];
  if (name === 'ForbiddenHost') return fieldOf(error, 'message') ?? '';
  if (code === 'ENOTFOUND' || code === 'ENODATA') return `No server has the name ${host}. Check its spelling.`;
  return `The name ${host} could not be looked up (${code ?? 'no reason known'}). Check this machine's name servers.`;
}

/** Why no connection came about, for the admin. */
export function networkTrouble(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = fieldOf(error, 'code') ?? 'no reason known';
  if (code === 'ECONNREFUSED') return `Nothing listens on port ${port} of ${host}. Check the port.`;
  if (/TIMEDOUT|UNREACH/.test(code)) {
    return `${host} does not answer on port ${port} (${code}). Check host and port, and whether a firewall is between.`;
  }
  return `The connection to port ${port} of ${host} did not come about (${code}).`;
}

/** Why no encrypted connection came about, for the admin. */
export function tlsTrouble(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = fieldOf(error, 'originalCode') ?? fieldOf(error, 'code') ?? '';
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${host} has expired. Ask its operator.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return `The certificate that came is not for the name ${host}. Use the name the server's operator gives.`;
  }
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_/.test(code)) {
    return `The certificate of ${host} is not trusted (${code}). If it is a server of your own, put its authority into "ca".`;
  }
  if (/SSL|EPROTO|TIMEDOUT|ECONNRESET/.test(code)) {
    return `Port ${port} of ${host} does not speak TLS as the settings say (${code}). Try "starttls" in place of "tls", or another port.`;
  }
  return `No encrypted connection to ${host} came about (${fieldOf(error, 'message') ?? code}).`;
}
