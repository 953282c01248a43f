import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { flow } from '../../../cli/flow';
import { temporaryFolder } from '../../support/temporary-folder';

/** What a run of `ringpost flow` answered. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs one command line of `ringpost flow`; `stdin` is what is piped in, nothing where it is a terminal. */
export async function runFlow(args: string[], stdin?: string, colours = false): Promise<Ran> {
  const ran: Ran = { code: -1, out: '', err: '' };
  const input: Readable & { isTTY?: boolean } = Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]);
  input.isTTY = stdin === undefined;
  ran.code = await flow(args, {
    out: (text) => void (ran.out += text),
    err: (text) => void (ran.err += text),
    stdin: input,
    colours,
  });
  return ran;
}

/** A folder with these files in it. */
export function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
