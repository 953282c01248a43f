import { createHash } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldOf } from '../error-field';
import { droppedResult, errorResult, sentResult, type HandOver, type SendResult } from './send-result';

/** A folder that outgoing mail is written to instead of being sent: for the demo and for trying a channel out. */
export interface SinkServer {
  folder: string;
}

/**
 * Writes a mail as an `.eml` file that any mail program opens, with the same hand-over as a real server. The name is made
 * of the Message-ID, so the same mail handed over twice stands there twice: `<hash>.eml`, `<hash>.2.eml`.
 */
export async function sendToSink(handOver: HandOver & { server: SinkServer }): Promise<SendResult> {
  const { envelope, raw, server } = handOver;
  const recipients = { to: envelope.to, accepted: [], rejected: [] };
  let dotReleased = false;
  if (handOver.signal?.aborted) return droppedResult('connect', recipients, 'We stopped before writing the file.');
  try {
    await mkdir(server.folder, { recursive: true });
    const recorded = await Promise.resolve(handOver.beforeFinalDot()).catch(() => false);
    if (!recorded)
      return droppedResult('data', recipients, 'The hand-over was not recorded, so the file was not written.');
    dotReleased = true;
    const file = await writeOnce(server.folder, withEnvelope(envelope, raw), sinkFileName(raw));
    return sentResult(recipients, `250 2.0.0 Written to ${file}`, null);
  } catch (error) {
    // Nothing is lost on the way to a disk: a file that could not be written is not there.
    const answer = `451 4.3.0 ${fieldOf(error, 'message') ?? String(error)}`;
    const refusal = { message: answer, responseCode: 451, response: answer };
    return errorResult(refusal, { phase: dotReleased ? 'handed-over' : 'data', dotReleased, envelope: recipients });
  }
}

/** The name (without `.eml`) of a mail's file in the sink: 24 hex digits of its Message-ID's SHA-256. */
function sinkFileName(raw: Buffer): string {
  const head = raw.subarray(0, 64 * 1024).toString('latin1');
  const id = /^message-id:\s*(<[^>\r\n]+>)/im.exec(head)?.[1] ?? head;
  return createHash('sha256').update(id).digest('hex').slice(0, 24);
}

/** A mail in a file has lost its envelope: it is kept as the headers that delivery agents use for it. */
function withEnvelope(envelope: HandOver['envelope'], raw: Buffer): Buffer {
  const lines = [`Return-Path: <${envelope.from}>`, ...envelope.to.map((to) => `Delivered-To: ${to}`), ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n')), raw]);
}

async function writeOnce(folder: string, bytes: Buffer, name: string): Promise<string> {
  const temporary = join(folder, `.${name}.${process.pid}.${process.hrtime.bigint()}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    return await linkUnderFreeName(temporary, folder, name);
  } finally {
    await unlink(temporary);
  }
}

/** `link` fails where `rename` would overwrite: two hand-overs of one mail never become one file. */
async function linkUnderFreeName(temporary: string, folder: string, name: string): Promise<string> {
  for (let copy = 1; ; copy += 1) {
    const target = copy === 1 ? `${name}.eml` : `${name}.${copy}.eml`;
    try {
      await link(temporary, join(folder, target));
      return target;
    } catch (error) {
      if (fieldOf(error, 'code') !== 'EEXIST') throw error;
    }
  }
}
