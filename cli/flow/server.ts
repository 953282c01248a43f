import { readFile } from 'node:fs/promises';
import { withToken, type TokenClient } from '../api-client';
import { WrongUsage } from '../wrong-usage';
import { Unreadable } from './flow-files';
import type { Options } from './options';
import type { FlowPorts } from './ports';

/** Options of every command that asks a server. */
export const serverOptions = ['--server', '--token-file', '--token'];

/** How they stand in a usage. */
export const SERVER_USAGE = '[--server URL] [--token-file FILE]';

/** How they are explained. */
export const SERVER_ABOUT =
  'the server is --server or RINGPOST_SERVER, the API token (scope "settings") comes from RINGPOST_TOKEN or --token-file, never from the command line';

/**
 * The server a command asks, with its token.
 *
 * @throws WrongUsage when either is missing, or a token stands on the command line, where others can read it.
 */
export async function serverOf({ values }: Options, { server, err }: FlowPorts): Promise<TokenClient> {
  if (values.has('--token')) {
    throw new WrongUsage('A token on the command line is seen by others and kept in its history: use --token-file.');
  }
  const known = server?.() ?? { url: null, token: null };
  const url = values.get('--server')?.at(-1) ?? known.url;
  if (url === null) throw new WrongUsage('Which server? Name it with --server URL or RINGPOST_SERVER.');
  const address = URL.canParse(url) ? new URL(url) : null;
  if (!address || !['http:', 'https:'].includes(address.protocol)) {
    throw new WrongUsage(`--server "${url}" is no address such as https://ringpost.example.com.`);
  }
  const file = values.get('--token-file')?.at(-1);
  const token = file === undefined ? known.token : await tokenIn(file);
  if (token === null) throw new WrongUsage('Who asks? Give an API token with RINGPOST_TOKEN or --token-file FILE.');
  if (address.protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(address.hostname)) {
    err(`The token travels to ${address.host} unencrypted: use https.\n`);
  }
  return withToken(address.origin, token);
}

async function tokenIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Unreadable(`${file} cannot be read: ${error instanceof Error ? error.message : 'fault'}.`);
  });
  const token = text.trim();
  if (!/^[\w~+/.-]{1,200}=*$/.test(token)) throw new Unreadable(`${file} holds no API token.`);
  return token;
}
