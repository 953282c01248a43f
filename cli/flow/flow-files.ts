import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WrongUsage } from '../wrong-usage';
import type { FlowPorts } from './ports';

/** A flow as it stands in a file, or came by standard input (`-`). */
export interface FlowFile {
  file: string;
  text: string;
}

/** A file or folder that cannot be read; exit code 2. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * Reads the flows of files and folders (with those inside; tests beside flows are left out); `-`, or nothing where
 * something is piped in, is standard input.
 *
 * @throws Unreadable, or WrongUsage when nothing is named.
 */
export async function readFlows(words: string[], { stdin }: Pick<FlowPorts, 'stdin'>): Promise<FlowFile[]> {
  if (words.length === 0 && stdin.isTTY) throw new WrongUsage('Name a flow, a folder, or - for standard input.');
  const files: FlowFile[] = [];
  for (const word of words.length === 0 ? ['-'] : withoutTests(words)) {
    if (word === '-') files.push({ file: '-', text: await readAll(stdin) });
    else for (const file of await flowsAt(word)) files.push({ file, text: await readText(file) });
  }
  return files;
}

/** A shell that fills in `*.json` names the tests as well. */
function withoutTests(words: string[]): string[] {
  const flows = words.filter((word) => !word.endsWith('.test.json'));
  const [first = ''] = words;
  if (flows.length > 0) return flows;
  throw new Unreadable(
    `${first} holds tests, no flow: name ${first.replace(/\.test\.json$/, '.json')}, they are found beside it.`,
  );
}

/** Reads a text file. @throws Unreadable */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new Unreadable(`${file} cannot be read: ${reasonOf(error)}.`);
  });
}

/** The tests beside a flow: `desk.test.json` of `desk.json`. */
export function testsBeside(file: string): string {
  return file.replace(/\.json$/, '.test.json');
}

async function flowsAt(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new Unreadable(`${path} cannot be read: ${reasonOf(error)}.`);
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const flows = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.name.endsWith('.test.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[/\\](node_modules|\.git)[/\\]/.test(file));
  if (flows.length === 0) throw new Unreadable(`${path} holds no flows.`);
  return flows.toSorted();
}

async function readAll(stream: FlowPorts['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return code === 'EACCES' ? 'permission denied' : String(error);
}
