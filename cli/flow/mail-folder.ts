import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UnparsableMail } from '../../mail/errors';
import { createParser, type Parser } from '../../mail/parser';
import { Unreadable } from './flow-files';
import { storedMail, type Given, type StoredMail } from './stored-mail';

/** What was read of a folder of mails. */
export interface FolderRead {
  mails: StoredMail[];
  unreadable: { mail: string; error: string }[];
  /** The user had enough before all was read. */
  cancelled: boolean;
}

/** How a folder is read. */
export interface FolderPorts {
  given: Given;
  cancelled(): boolean;
  progress(text: string): void;
}

/** Mails under way at a time: enough for the parser's threads. */
const AT_A_TIME = 8;

/** The mails of a folder and of those inside (`*.eml`), by name. @throws Unreadable */
export async function mailFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    throw new Unreadable(`The folder ${folder} cannot be read: ${error instanceof Error ? error.message : 'fault'}.`);
  });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith('.eml'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  if (files.length === 0) throw new Unreadable(`${folder} holds no mails: files that end with .eml are expected.`);
  return files.toSorted();
}

/** Reads mails of a folder; what cannot be read is told and left out. */
export async function readMails(folder: string, files: string[], ports: FolderPorts): Promise<FolderRead> {
  const parser = createParser({ threads: Math.min(2, files.length) });
  const read: FolderRead = { mails: [], unreadable: [], cancelled: false };
  try {
    for (let from = 0; from < files.length; from += AT_A_TIME) {
      if (ports.cancelled()) return { ...read, cancelled: true };
      const some = files.slice(from, from + AT_A_TIME);
      const answers = await Promise.all(some.map((file) => readOne(folder, file, parser, ports.given)));
      for (const answer of answers) {
        if ('error' in answer) read.unreadable.push(answer);
        else read.mails.push(answer);
      }
      ports.progress(`Read ${from + some.length} of ${files.length} mails.`);
    }
    return read;
  } finally {
    await parser.close();
  }
}

async function readOne(
  folder: string,
  file: string,
  parser: Parser,
  given: Given,
): Promise<StoredMail | { mail: string; error: string }> {
  try {
    const raw = await readFile(join(folder, file));
    return storedMail(file, raw, await parser.parse(raw), given);
  } catch (error) {
    const known = error instanceof UnparsableMail || (error instanceof Error && 'code' in error);
    if (!known) throw error;
    return { mail: file, error: error.message };
  }
}
