/** People outside: they write by SMTP and read what arrives in the sink. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { found } from './found';
import type { Product } from './product';

/** What a mail is written with; what is left out is made up. */
export interface EmailParts {
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  messageId?: string;
  /** Further header lines, name -> value. */
  headers?: Record<string, string>;
}

/** A mail as it travels, and what it is known by. */
export interface Email {
  raw: string;
  messageId: string;
  from: string;
  to: string;
  subject: string;
}

/** Writes a mail: a person asks the demo's support desk something. */
export function anEmail(parts: EmailParts = {}): Email {
  const {
    from = `Mia Wong <mia.${randomUUID().slice(0, 8)}@customers.example>`,
    to = 'support@localhost',
    subject = 'Where is my order?',
    text = 'Hello,\n\nit has not come yet.\n\nMia',
    messageId = `<${randomUUID()}@customers.example>`,
    headers = {},
  } = parts;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: ${messageId}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...text.split('\n'),
    '',
  ];
  return { raw: lines.join('\r\n'), messageId, from: addressOf(from), to: addressOf(to), subject };
}

/** Answers a mail that was received, as mail programs do. */
export function anAnswerTo(mail: ReceivedEmail, parts: EmailParts & { from: string }): Email {
  const known = [...mail.references, mail.messageId].filter((each) => each !== '');
  return anEmail({
    to: mail.replyTo[0] ?? mail.from,
    subject: /^re:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`,
    ...parts,
    headers: { 'In-Reply-To': mail.messageId, References: known.join(' '), ...parts.headers },
  });
}

/** Answer of a mail server: its code, or null when the line broke first. */
export interface SmtpAnswer {
  code: number | null;
  text: string;
}

/** Hands a mail over by SMTP as a mail server does; `rcpt` where the envelope names another than the header. */
export async function sendMail(product: Product, mail: Email, rcpt: string = mail.to): Promise<SmtpAnswer> {
  return handOver(product.runtime.smtp, mail, rcpt);
}

/** Hands a mail over to any SMTP server. */
export async function handOver(
  { host, port }: { host: string; port: number },
  mail: Email,
  rcpt: string = mail.to,
): Promise<SmtpAnswer> {
  const transport = createTransport({ host, port, ignoreTLS: true, socketTimeout: 60_000 });
  try {
    const sent = await transport.sendMail({ envelope: { from: mail.from, to: rcpt }, raw: mail.raw });
    return { code: Number(sent.response.slice(0, 3)), text: sent.response };
  } catch (error) {
    const { responseCode = null, message } = error as Error & { responseCode?: number };
    return { code: responseCode, text: message };
  } finally {
    transport.close();
  }
}

/** Sends as a mail server does: what is not taken for now is sent again until it is, or refused for good. */
export async function deliver(product: Product, mail: Email, rcpt: string = mail.to): Promise<SmtpAnswer> {
  const taken = async (): Promise<SmtpAnswer | null> => {
    const answer = await sendMail(product, mail, rcpt);
    return answer.code !== null && (answer.code < 300 || answer.code >= 500) ? answer : null;
  };
  return found(`an answer to "${mail.subject}"`, taken, 120_000);
}

/** A mail that left Ringpost. */
export interface ReceivedEmail {
  /** Where it stands in the sink; empty where it came by a mailbox. */
  file: string;
  raw: string;
  /** Recipients of the envelope. */
  deliveredTo: string[];
  /** Sender of the envelope; empty for automatic mail. */
  returnPath: string;
  from: string;
  to: string[];
  replyTo: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  inReplyTo: string;
  references: string[];
  /** Null unless a robot wrote it. */
  autoSubmitted: string | null;
}

/** All mails in the sink, oldest first. */
export async function sunkMails(product: Product): Promise<ReceivedEmail[]> {
  const folder = product.runtime.sink;
  const names = (await readdir(folder).catch(() => [])).filter((each) => each.endsWith('.eml'));
  const mails = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return readEmail(await readFile(file, 'utf8'), file);
    }),
  );
  return mails.toSorted((a, b) => a.date - b.date);
}

/** Mails in the sink for one address. */
export async function mailsFor(product: Product, address: string): Promise<ReceivedEmail[]> {
  return (await sunkMails(product)).filter((each) => each.deliveredTo.includes(address));
}

/** Waits for a mail to an address that fits. */
export async function mailFor(
  product: Product,
  address: string,
  fits: (mail: ReceivedEmail) => boolean = () => true,
): Promise<ReceivedEmail> {
  const look = async (): Promise<ReceivedEmail | null> => (await mailsFor(product, address)).find(fits) ?? null;
  return found(`a mail to ${address}`, look, 150_000);
}

/** Reads a mail that left. */
export async function readEmail(raw: string, file = ''): Promise<ReceivedEmail & { date: number }> {
  const mail = await simpleParser(raw);
  const addresses = (part: typeof mail.to): string[] =>
    [part ?? []].flat().flatMap((each) => each.value.map((one) => one.address ?? ''));
  const lines = (name: string): string[] =>
    Array.from(raw.matchAll(new RegExp(`^${name}: (.*?)\r?$`, 'gm')), (m) => m[1] ?? '');
  return {
    file,
    raw,
    date: mail.date?.getTime() ?? 0,
    deliveredTo: lines('Delivered-To'),
    returnPath: addressOf(lines('Return-Path')[0] ?? ''),
    from: addresses(mail.from)[0] ?? '',
    to: addresses(mail.to),
    replyTo: addresses(mail.replyTo),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    messageId: mail.messageId ?? '',
    inReplyTo: mail.inReplyTo ?? '',
    references: [mail.references ?? []].flat(),
    autoSubmitted: lines('Auto-Submitted')[0] ?? null,
  };
}

function addressOf(text: string): string {
  return /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text;
}
