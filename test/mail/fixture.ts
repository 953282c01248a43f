import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MailEnvelope } from '../../mail/classify';
import { parseMail } from '../../mail/parse';
import type { ParsedMail } from '../../mail/parsed-mail';

const FOLDER = join(__dirname, '../fixtures/emails');

/** Names of all mails, without `.eml`. */
export const fixtureNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => name.slice(0, -4))
    .sort();

/** Path of one mail. */
export const fixturePath = (name: string): string => join(FOLDER, `${name}.eml`);

/** Raw bytes of one mail. */
export const fixture = (name: string): Buffer => readFileSync(fixturePath(name));

/** One mail, read. */
export const parsed = (name: string): Promise<ParsedMail> => parseMail(fixture(name));

/** A mail of a few lines, read; every line ends with CRLF. */
export const anInboundMail = (...lines: string[]): Promise<ParsedMail> => parseMail(Buffer.from(lines.join('\r\n')));

/** The envelope of a mail fetched from a mailbox. */
export const noEnvelope: MailEnvelope = { from: null, to: [] };
