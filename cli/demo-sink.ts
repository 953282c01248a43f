import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';

/** A mail of the demo's sink. */
export interface SinkMail {
  file: string;
  messageId: string;
  subject: string;
}

const ASK_MS = 5_000;

/**
 * Waits until the sink holds a mail to this address of the wanted kind that was not named before. `inVain` is called every
 * five seconds that it does not.
 */
export async function awaitMail(
  folder: string,
  to: string,
  wanted: { automatic: boolean; not: string[] },
  { limitMs, inVain }: { limitMs: number; inVain: () => Promise<void> },
): Promise<SinkMail> {
  const end = Date.now() + limitMs;
  let askAt = Date.now() + ASK_MS;
  for (;;) {
    const found = await look(folder, to, wanted);
    if (found) return found;
    if (Date.now() > end) {
      throw new Error(
        `Waited ${limitMs / 1000} s in vain for ${wanted.automatic ? 'an automatic mail' : 'an answer'} to ${to}.`,
      );
    }
    if (Date.now() > askAt) {
      await inVain();
      askAt = Date.now() + ASK_MS;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function look(
  folder: string,
  to: string,
  wanted: { automatic: boolean; not: string[] },
): Promise<SinkMail | null> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('.eml'))) {
    const file = join(folder, name);
    if (wanted.not.includes(file)) continue;
    const mail = await simpleParser(await readFile(file));
    const receivers = [mail.to ?? []].flat().flatMap((each) => each.value.map((one) => one.address));
    const automatic = mail.headers.has('auto-submitted');
    if (!receivers.includes(to) || automatic !== wanted.automatic) continue;
    return { file, messageId: mail.messageId ?? '', subject: mail.subject ?? '' };
  }
  return null;
}
