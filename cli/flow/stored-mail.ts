import type { RecordedMail, Scenario } from '../../flows';
import { domainOf } from '../../mail/addresses';
import { trustedResults } from '../../mail/authentication-results';
import { classify } from '../../mail/classify';
import { contentHash } from '../../mail/content-hash';
import { readDate } from '../../mail/mime/date';
import type { ParsedMail } from '../../mail/parsed-mail';
import { derivedMessageId } from '../../mail/thread-keys';

/** What the user tells of the mails of a folder. */
export interface Given {
  /** Facts that no mail tells, by path; they hold for every mail. */
  facts: NonNullable<Scenario['facts']>;
  /** Id of the channel; null when not told. */
  channel: string | null;
  /** Names of servers whose Authentication-Results are believed. */
  trusted: string[];
}

/** A mail of a folder, as both flows are to meet it. */
export interface StoredMail {
  mail: RecordedMail;
  messageId: string;
  /** Message-IDs it answers. */
  answers: string[];
  contentHash: string;
}

/** Makes of a parsed mail what intake would tell a flow of it, as far as the mail alone tells it. */
export function storedMail(
  name: string,
  raw: Buffer,
  mail: ParsedMail,
  { facts, channel, trusted }: Given,
): StoredMail {
  const messageId = mail.messageId ?? derivedMessageId(raw);
  const { kind, automatic, noAutoReply } = classify(mail, { from: null, to: [] }, { peopleSenders: [] });
  const received = readDate(mail.headers.get('received')?.[0]?.split(';').at(-1) ?? null) ?? mail.date;
  const origin = trustedResults(mail, trusted);
  const from = mail.from[0];
  const known = origin.source !== 'unknown';
  return {
    mail: {
      name,
      scenario: {
        ...(received ? { at: received.toISOString() } : {}),
        enquiry: messageId,
        ...(channel === null ? {} : { channel }),
        message: {
          kind,
          automatic,
          fromDomain: domainOf(from?.address ?? ''),
          language: mail.language,
          attachmentCount: mail.attachments.filter((file) => !file.inline).length,
          size: mail.size,
          spf: origin.spf,
          dkim: origin.dkim,
          dmarc: origin.dmarc,
        },
        facts: { ...factsOf(mail), ...facts },
      },
      guessed: {
        'enquiry.id': 'the Message-ID stands for it',
        ...(received ? {} : { 'time.now': 'a Monday morning, for a mail without a date' }),
        ...(channel === null ? { 'channel.id': '"simulated"' } : {}),
        ...(known ? {} : { 'message.spf': '"none"', 'message.dkim': '"none"', 'message.dmarc': '"none"' }),
        // What the user told of all mails is no more recorded than what is assumed.
        ...Object.fromEntries(Object.entries(facts).map(([path, value]) => [path, JSON.stringify(value)])),
      },
      unanswerable: noAutoReply || origin.dmarc === 'fail',
    },
    messageId,
    answers: [...mail.inReplyTo, ...mail.references],
    contentHash: contentHash(mail),
  };
}

function factsOf(mail: ParsedMail): NonNullable<Scenario['facts']> {
  const from = mail.from[0];
  return {
    'message.subject': mail.subject,
    'message.text': mail.newText || mail.text,
    'message.from.address': from?.address ?? '',
    'message.from.name': from?.name ?? '',
    'message.to': mail.to.map(({ address }) => address),
    'message.cc': mail.cc.map(({ address }) => address),
    'message.attachments.names': mail.attachments.map(({ name }) => name),
    'contact.email': from?.address ?? '',
    'contact.name': from?.name ?? '',
  };
}
