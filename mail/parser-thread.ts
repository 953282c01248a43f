/** Runs in a thread of its own: reads one mail after the other, so that a hostile one stops no one else. */
import { parentPort } from 'node:worker_threads';
import { UnparsableMail } from './errors';
import { parseMail } from './parse';
import type { ParsedMail, ParseLimits } from './parsed-mail';

/** What the thread is asked. */
export interface ParseRequest {
  id: number;
  raw: Uint8Array;
  limits: Partial<ParseLimits>;
}

/** What it answers: the mail, or why there is none. */
export type ParseAnswer =
  { id: number; mail: ParsedMail } | { id: number; refused: UnparsableMail['reason']; detail: string };

const port = parentPort;
port?.on('message', (request: ParseRequest) => {
  void handle(request);
});

async function handle(request: ParseRequest): Promise<void> {
  const answer = await answerTo(request);
  port?.postMessage(answer, 'mail' in answer ? ownBuffers(answer.mail) : []);
}

async function answerTo({ id, raw, limits }: ParseRequest): Promise<ParseAnswer> {
  try {
    const mail = await parseMail(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), limits);
    // Contents that are slices of the raw mail are copied, so that they can be handed over instead of cloned.
    for (const file of mail.attachments) file.content = Buffer.from(new Uint8Array(file.content).buffer);
    return { id, mail };
  } catch (error) {
    if (error instanceof UnparsableMail) return { id, refused: error.reason, detail: '' };
    return { id, refused: 'crashed', detail: error instanceof Error ? error.message : String(error) };
  }
}

function ownBuffers(mail: ParsedMail): ArrayBuffer[] {
  return mail.attachments.map((file) => file.content.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
