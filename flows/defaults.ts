import type { Calendar } from './calendar';

/** What holds where a flow says nothing. Pinned when an enquiry starts, so that a setting changed later moves none. */
export interface FlowDefaults {
  /** How long one offer rings. */
  ringTimeoutMs: number;
  /** How long an enquiry waits in line while agents are online but full. */
  queueTimeoutMs: number;
  /** How long a contact waits for the agent he is engaged with while that agent is busy or his slots are full. */
  patienceMs: number;
  /** How long an engagement lasts without a message. */
  engagementMs: number;
  /** How long the contact may be silent until the enquiry closes; and a `wait` lasts whose own time cannot be read. */
  idleCloseMs: number;
  /** How long before that he is warned. Absent in runs of before there was such a close: they have none. */
  idleWarningMs?: number;
  /** How long after its close a mail reopens an enquiry. */
  reopenWithinMs: number;
  /** Auto-replies of one enquiry. */
  autoReplies: number;
  /** By which the agreed times of a flow are counted, as it was when the run started; absent: every hour counts. */
  calendar?: Calendar;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The defaults of a new installation; the settings of `config/settings.ts` say the same (a test holds them together). */
export const flowDefaults: Readonly<FlowDefaults> = {
  ringTimeoutMs: MINUTE_MS,
  queueTimeoutMs: 15 * MINUTE_MS,
  patienceMs: 10 * MINUTE_MS,
  engagementMs: 30 * DAY_MS,
  idleCloseMs: 7 * DAY_MS,
  idleWarningMs: 2 * DAY_MS,
  reopenWithinMs: 14 * DAY_MS,
  autoReplies: 1,
};
