import { hostname } from 'node:os';
import type { WorkSettings } from '../../activities/ports';
import type { ApiSettings } from '../../api/ports';
import type { Config } from '../../config';
import type { FlowDefaults } from '../../flows';
import type { SmtpLimits } from '../../mail/receivers/smtp-limits';
import { defaultIntakeSettings, type IntakeSettings } from '../../worker/intake/intake-ports';
import type { ProcessRole } from './open-runtime';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What activities take from the settings; figures nobody has asked to change stand here with their reasons. */
export function workSettings(config: Config): WorkSettings {
  return {
    missesBeforeNotResponding: config.missesInARow,
    presenceLeaseMs: config.presenceLeaseMs,
    autoAwayMs: config.autoAwayMs,
    handBackAfterMs: config.handBackAfterMs,
    autoRepliesPerSender: config.autoRepliesPerSender,
    autoReplyWindowMs: config.autoReplyWindowMs,
    automaticMailsPerChannel: config.automaticMailsPerChannel,
    automaticMailWindowMs: config.automaticMailWindowMs,
    undoMs: config.undoMs,
    undeliverableMs: config.undeliverableMs,
    maxBytesOut: config.maxOutboundBytes,
    // RFC 5321 4.5.4.1 asks for 30 minutes between tries and four to five days in all; the first try again comes
    // sooner, because most temporary refusals are greylisting.
    sendRetryFirstMs: MINUTE_MS,
    sendRetryMaxMs: 30 * MINUTE_MS,
    sendGiveUpMs: 5 * DAY_MS,
    settleAgainAfterMs: config.settleAgainAfterMs,
    stuckLineMs: 30_000,
    reconcileAfterMs: 5 * MINUTE_MS,
    clockMs: 5_000,
  };
}

/** What the API takes from the settings. */
export function apiSettings(config: Config, role: ProcessRole): ApiSettings {
  return {
    sessionMs: config.sessionMs,
    invitationMs: config.invitationMs,
    passwordLinkMs: config.passwordResetMs,
    presenceLeaseMs: config.presenceLeaseMs,
    capacity: config.capacity,
    missesAllowed: config.missesInARow,
    undoMs: config.undoMs,
    dispositions: config.dispositions,
    maxBytesOut: config.maxOutboundBytes,
    signInTries: 10,
    signInWindowMs: 15 * MINUTE_MS,
    actWaitMs: config.updateWaitMs,
    flowDefaults: flowDefaultsOf(config),
    secureCookie: config.publicUrl?.startsWith('https:') ?? false,
    trustedProxies: config.trustedProxies,
    pollHintsMs: role === 'all' ? null : 500,
    streamHeartbeatMs: 15_000,
  };
}

/** What intake takes from the settings. */
export function intakeSettings(config: Config): IntakeSettings {
  return {
    ...defaultIntakeSettings,
    serverName: hostname(),
    temporalPatienceMs: config.rpcDeadlineMs,
    verifyBudgetMs: config.verifyTimeoutMs,
    undeliverableMs: config.undeliverableMs,
    mostStartsPerMinute: config.channelStartsPerMinute,
    flowDefaults: flowDefaultsOf(config),
  };
}

function flowDefaultsOf(config: Config): FlowDefaults {
  return {
    ringTimeoutMs: config.ringTimeoutMs,
    queueTimeoutMs: config.queueTimeoutMs,
    patienceMs: config.engagementPatienceMs,
    engagementMs: config.engagementDays * DAY_MS,
    idleCloseMs: config.idleCloseMs,
    idleWarningMs: config.idleWarningMs,
    reopenWithinMs: config.reopenWithinMs,
    autoReplies: config.autoRepliesPerEnquiry,
  };
}

/** Limits of the SMTP listener. */
export function smtpLimits(config: Config): Partial<SmtpLimits> {
  return {
    maxBytes: config.maxInboundBytes,
    maxConnections: config.smtpMaxConnections,
    maxConnectionsPerSource: config.smtpMaxConnectionsPerClient,
    maxRecipients: config.smtpMaxRecipients,
    maxMailsPerMinutePerSource: config.smtpMailsPerMinute,
    idleMs: config.smtpIdleMs,
    drainMs: config.drainMs,
  };
}
