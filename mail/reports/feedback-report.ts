/** Complaints of feedback loops (ARF, RFC 5965) and Microsoft's older form: a recipient called our mail spam. */
import { fieldOf, readReportBlocks, typedAddress } from '../mime/report-fields';
import { originalMessageId, type ReportParts } from './dsn';

/** A feedback report. Only a `complaint` asks us to stop sending to the recipients. */
export interface FeedbackReport {
  /** `abuse`, `fraud`, `not-spam`, `auth-failure`, … in lower case. */
  feedbackType: string;
  complaint: boolean;
  recipients: string[];
  originalMessageId: string | null;
  sourceIp: string | null;
  reportedDomain: string | null;
}

/** The feedback report a mail is, or null; `feedback` is the body of its message/feedback-report part. */
export function readFeedbackReport(parts: ReportParts, feedback: string | null): FeedbackReport | null {
  if (feedback === null) return microsoftComplaint(parts);
  const block = new Map(readReportBlocks(feedback).flatMap((one) => [...one]));
  const feedbackType = (fieldOf(block, 'feedback-type') ?? 'abuse').toLowerCase();
  const named = [...(block.get('original-rcpt-to') ?? []), ...(block.get('removal-recipient') ?? [])];
  const returned = parts.original?.get('to') ?? [];
  return {
    feedbackType,
    complaint: /^(?:abuse|fraud|opt-out|opt-out-list|other|complaint)$/.test(feedbackType),
    recipients: addresses(named.length > 0 ? named : returned),
    originalMessageId: originalMessageId(parts),
    sourceIp: fieldOf(block, 'source-ip'),
    reportedDomain: fieldOf(block, 'reported-domain'),
  };
}

/** Outlook.com's junk mail reports carry the recipient in a header of the returned mail. */
function microsoftComplaint(parts: ReportParts): FeedbackReport | null {
  const recipient = parts.original?.get('x-hmxmroriginalrecipient') ?? parts.headers.get('x-hmxmroriginalrecipient');
  if (!recipient) return null;
  return {
    feedbackType: 'abuse',
    complaint: true,
    recipients: addresses(recipient),
    originalMessageId: originalMessageId(parts),
    sourceIp: null,
    reportedDomain: null,
  };
}

function addresses(values: string[]): string[] {
  const found = values
    .flatMap((value) => value.split(','))
    .map((value) => typedAddress(/<([^<>]+)>/.exec(value)?.[1] ?? value));
  return [...new Set(found.filter((address) => address !== null))];
}
