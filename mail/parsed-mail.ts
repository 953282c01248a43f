/** Shapes of a mail that was read. Plain data: it crosses the border of the parser's thread. */
import type { CalendarEvent } from './mime/calendar';
import type { DeliveryReport } from './reports/dsn';
import type { FeedbackReport } from './reports/feedback-report';
import type { SafeHtml } from './sanitize';

/** One mailbox of a header: `address` with its domain in lower case and Unicode, `name` decoded, may be empty. */
export interface Address {
  address: string;
  name: string;
}

/** A file of a mail. */
export interface Attachment {
  /** Base name without path, control or bidirectional characters, at most 255 bytes, unique in its mail. */
  name: string;
  /** Media type found in the content; the declared one only where the content does not contradict it. */
  type: string;
  /** Media type the sender declared, lower case, without parameters. */
  declaredType: string;
  /** Length of `content`. */
  bytes: number;
  /** Content-ID without angle brackets; what `cid:` links in the HTML name. */
  contentId: string | null;
  /** The HTML shows this file by its Content-ID, so lists of files leave it out. */
  inline: boolean;
  content: Buffer;
  /** SHA-256 of `content`, hexadecimal. */
  sha256: string;
}

/** Header fields by lower-case name; every occurrence in the order of the mail, unfolded and decoded. */
export type Headers = Map<string, string[]>;

/** What a mail says, decoded and within limits. The raw bytes stay the truth; this can be made anew from them. */
export interface ParsedMail {
  /** With its angle brackets; null where the mail has none (see `derivedMessageId`). */
  messageId: string | null;
  from: Address[];
  sender: Address | null;
  replyTo: Address[];
  to: Address[];
  cc: Address[];
  bcc: Address[];
  subject: string;
  /** The sender's clock; null where there is no date or none that can be read. */
  date: Date | null;
  /** Message-IDs with angle brackets, in the order of the header. */
  inReplyTo: string[];
  /** Message-IDs with angle brackets, oldest first as in the header. */
  references: string[];
  headers: Headers;
  /** The whole text; made from the HTML where the mail has no text of its own. Lines end with `\n`. */
  text: string;
  /** As it came, not safe to show; null where the mail has none. */
  html: string | null;
  /** The HTML made safe to show; null where `html` is. */
  safeHtml: SafeHtml | null;
  /** What was newly written: `text` without the quoted mails below it; never empty while `text` is not. */
  newText: string;
  /** Offset in `text` where the quoted tail begins; null where nothing is cut or the cut was made in the HTML. */
  quotedFrom: number | null;
  attachments: Attachment[];
  /** ISO 639-1 code of `newText`, or an empty string where it is too short to tell. */
  language: string;
  /** S/MIME or OpenPGP; a signature is never checked here. */
  protection: 'none' | 'signed' | 'encrypted';
  /** Delivery status notification (RFC 3464 or one of the many other shapes of a bounce). */
  dsn: DeliveryReport | null;
  /** Complaint of a feedback loop (RFC 5965). */
  feedback: FeedbackReport | null;
  /** First event of an invitation. */
  calendar: CalendarEvent | null;
  /** What was odd or left out, as sentences for people. */
  warnings: string[];
  /** Bytes of the raw mail. */
  size: number;
  /** SHA-256 over the decoded parts in order, without headers; part of the content hash. */
  bodyDigest: string;
}

/** Limits of one mail; what lies beyond is kept as a file instead of being taken apart. */
export interface ParseLimits {
  /** Parts of all levels together. */
  maxParts: number;
  /** Levels of multiparts inside each other. */
  maxDepth: number;
  /** Bytes of one header block. */
  maxHeaderBytes: number;
  /** Characters of text shown; a longer text is also kept whole as a file. */
  maxTextChars: number;
  /** Characters of HTML shown; a longer one is only kept as a file. */
  maxHtmlChars: number;
  /** Links in the HTML; more are replaced by a notice. */
  maxLinks: number;
  /** Addresses read from one header field. */
  maxAddresses: number;
}

/** What an ordinary mail never reaches and a hostile one does not pass. */
export const DEFAULT_LIMITS: ParseLimits = {
  maxParts: 1000,
  maxDepth: 50,
  maxHeaderBytes: 1024 * 1024,
  maxTextChars: 1024 * 1024,
  maxHtmlChars: 4 * 1024 * 1024,
  maxLinks: 5000,
  maxAddresses: 1000,
};
