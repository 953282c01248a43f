import { createHash } from 'node:crypto';
import { fieldOf } from '../error-field';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { countHops, hasBareLineFeed, receivedLine } from './received-line';
import type { ListenerState, ReceivedMail, RefusedContent, SmtpAnswer, SmtpSession } from './smtp-session';

/**
 * Reads the mail of one DATA command, hands it over and returns the answer. Stops keeping bytes as soon as the answer can
 * only be a refusal, but reads to the end, because the client listens only then. Throws when the client goes away.
 */
export async function receiveData(
  state: ListenerState,
  stream: SMTPServerDataStream,
  session: SmtpSession,
  transaction: SMTPServerSession,
): Promise<{ answer: SmtpAnswer; content: RefusedContent }> {
  const content = contentOf(session, transaction);
  let held = 0;
  let tooSlow = false;
  const patience = setTimeout(() => {
    tooSlow = true;
    stream.destroy(new Error('The mail takes too long'));
  }, state.limits.maxMailMs);
  try {
    const body = await readBody(state, stream, content, (bytes) => {
      held += bytes;
      state.bytesInFlight += bytes;
    });
    clearTimeout(patience);
    if ('code' in body) return { answer: body, content };
    const mail = describe(state, body.chunks, body.sha256, session, transaction);
    const answer = refusalOf(state, mail) ?? (await handOver(state, mail));
    return { answer, content };
  } catch (error) {
    // 421 ends the connection: what still comes of the mail must not be read as commands.
    if (tooSlow) return { answer: { code: 421, text: '4.4.2 The mail takes too long' }, content };
    throw error;
  } finally {
    clearTimeout(patience);
    state.bytesInFlight -= held;
  }
}

/** Enough for the header of nearly every mail; what a refused mail is known by. */
const headBytes = 16 * 1024;

function contentOf({ helo }: SmtpSession, { envelope }: SMTPServerSession): RefusedContent {
  const { mailFrom, rcptTo } = envelope;
  const to = rcptTo.map(({ address }) => address);
  return { helo, envelope: { from: mailFrom ? mailFrom.address : '', to }, head: Buffer.alloc(0), bytes: 0 };
}

async function readBody(
  state: ListenerState,
  stream: SMTPServerDataStream,
  content: RefusedContent,
  hold: (bytes: number) => void,
): Promise<SmtpAnswer | { chunks: Buffer[]; sha256: string }> {
  const { maxBytes, maxBytesInFlight } = state.limits;
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  let refusal: SmtpAnswer | null = null;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    content.bytes += chunk.length;
    if (content.head.length < headBytes) {
      content.head = Buffer.concat([content.head, chunk.subarray(0, headBytes - content.head.length)]);
    }
    if (refusal !== null) continue;
    if (stream.sizeExceeded) {
      refusal = { code: 552, text: `5.3.4 The mail is larger than the ${maxBytes} bytes we take` };
    } else if (state.bytesInFlight + chunk.length > maxBytesInFlight) {
      refusal = { code: 452, text: '4.3.1 Too much mail at this moment, please come again' };
    } else {
      chunks.push(chunk);
      hash.update(chunk);
      hold(chunk.length);
    }
    if (refusal !== null) chunks.length = 0;
  }
  if (refusal === null && stream.sizeExceeded) {
    refusal = { code: 552, text: `5.3.4 The mail is larger than the ${maxBytes} bytes we take` };
  }
  return refusal ?? { chunks, sha256: hash.digest('hex') };
}

function describe(
  state: ListenerState,
  chunks: readonly Buffer[],
  sha256: string,
  session: SmtpSession,
  transaction: SMTPServerSession,
): ReceivedMail {
  const raw = Buffer.concat(chunks);
  const { envelope } = contentOf(session, transaction);
  const receivedAt = new Date();
  const received = receivedLine({
    helo: session.helo,
    remoteAddress: session.remoteAddress,
    remoteHost: session.remoteHost,
    ourName: state.ports.name,
    protocol: transaction.transmissionType,
    id: `${session.id}.${transaction.transaction}`,
    to: envelope.to,
    at: receivedAt,
  });
  return { raw, sha256, received, receivedAt, envelope, session, bareLineFeed: hasBareLineFeed(raw) };
}

function refusalOf(state: ListenerState, mail: ReceivedMail): SmtpAnswer | null {
  const { maxHops, maxOwnHops } = state.limits;
  const hops = countHops(mail.raw, state.ports.name);
  if (hops.own > maxOwnHops || hops.all > maxHops) {
    return { code: 550, text: `5.4.6 Loop detected: ${hops.all} hops, ${hops.own} of them here` };
  }
  if (mail.bareLineFeed && state.ports.bareLineFeed === 'refuse') {
    return { code: 550, text: '5.5.2 The mail has line feeds without carriage returns' };
  }
  return null;
}

async function handOver(state: ListenerState, mail: ReceivedMail): Promise<SmtpAnswer> {
  try {
    return await state.ports.onMessage(mail);
  } catch (error) {
    state.ports.log(`SMTP: a mail could not be taken, the client was asked to come again: ${String(error)}`);
    const full = ['ENOSPC', 'EDQUOT'].includes(fieldOf(error, 'code') ?? '');
    if (full) return { code: 452, text: '4.3.1 Our disk is full, please come again later' };
    return { code: 451, text: '4.3.0 We cannot take the mail at this moment, please come again' };
  }
}
